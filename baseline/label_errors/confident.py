"""Confident learning in its basic form: which labels do the predictions of other folds contradict?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats, has_label

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Error scores of the labels of a question.

    Attributes:
        scores: float64 (rows), from 0 to 1, the higher, the more likely wrong; NaN without a label.
        suspected: bool (rows), whether another class is predicted with the confidence that its own labels have.
    """

    scores: NDArray[np.float64]
    suspected: Bools


def judge(labels: Codes, probabilities: Floats, question: Question, *, typical: Bools | None = None) -> Judged:
    """Return the error scores of labels.

    The threshold of a class is the mean probability that rows with its label have for it. A label is suspected if
    some other class reaches its threshold and is the most probable of those that do: the row is off the diagonal of the
    confident joint. The score is one minus the probability of the label; on planted errors it finds more than the
    margin to the best other class above the thresholds (see `benchmarks/label_errors.py`). With many answers each class
    is a question of yes and no, and the worst one counts.

    Source: Northcutt, Jiang & Chuang (2021), "Confident learning: estimating uncertainty in dataset labels".

    Args:
        labels: as `targets.codes` returns them.
        probabilities: float (rows, classes), of models that did not see the rows.
        question: the question.
        typical: bool (rows), which rows the thresholds come from; all with a label by default.
    """
    known = has_label(labels)
    typical = np.ones_like(known) if typical is None else typical
    if not question.many:
        return _judge(labels, probabilities.astype(np.float64), known, typical)
    scores, suspected = np.full((len(labels), len(question.classes)), np.nan), np.zeros_like(labels, dtype=bool)
    for number in range(len(question.classes)):
        yes = probabilities[:, number].astype(np.float64)
        one = _judge(labels[:, number], np.stack([1 - yes, yes], axis=1), known, typical)
        scores[:, number], suspected[:, number] = one.scores, one.suspected
    return Judged(np.where(known, scores.max(axis=1, initial=-1), np.nan), np.asarray(suspected.any(axis=1)))


def _judge(labels: Codes, probabilities: NDArray[np.float64], known: Bools, typical: Bools) -> Judged:
    thresholds = np.full(probabilities.shape[1], np.inf)  # a class without labels is nobody's true class
    for number in range(probabilities.shape[1]):
        own = known & (labels == number)
        if own.any():
            thresholds[number] = probabilities[own & typical if (own & typical).any() else own, number].mean()
    above = probabilities - thresholds
    rows, given = np.arange(len(labels)), np.where(known, labels, 0)
    scores = np.clip(1 - probabilities[rows, given], 0, 1)
    reached = np.where(above >= 0, probabilities, -1.0)
    suspected = known & (reached.max(axis=1) >= 0) & (reached.argmax(axis=1) != given)
    return Judged(np.where(known, scores, np.nan), suspected)
