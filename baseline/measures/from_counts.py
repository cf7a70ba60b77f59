"""Accuracy, F1, mean absolute error and kappa of counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Question
from baseline.measures.counts import Counts, class_counts, total

Figures = NDArray[np.float64]


def accuracy(counted: Counts, question: Question) -> Figures:
    """Return the share of utterances whose prediction equals the label (all classes, for many answers)."""
    exact = counted[..., len(question.classes), 0] if question.many else class_counts(counted, question)[0].sum(axis=-1)
    return _ratio(exact, total(counted, question))


def macro_f1(counted: Counts, question: Question) -> Figures:
    """Return the mean F1 over the classes that occur among the labels or the predictions, as scikit-learn does."""
    hits, labels, predicted = class_counts(counted, question)
    return _ratio(_f1(hits, labels, predicted).sum(axis=-1), (labels + predicted > 0).sum(axis=-1))


def weighted_f1(counted: Counts, question: Question) -> Figures:
    """Return the mean F1 over the classes, weighted by the number of labels."""
    hits, labels, predicted = class_counts(counted, question)
    return _ratio((_f1(hits, labels, predicted) * labels).sum(axis=-1), labels.sum(axis=-1))


def macro_mae(counted: Counts, question: Question) -> Figures:
    """Return the mean over the occurring classes of the mean distance of their predictions, in steps of the scale.

    Source: Baccianella, Esuli & Sebastiani (2009), "Evaluation measures for ordinal regression". A link between wrong
    ends has no distance and is left out.
    """
    square = _square(counted, question)
    steps = np.arange(len(question.classes))
    distance = np.abs(steps[:, None] - steps[None, :])
    labels = square.sum(axis=-1)
    per_class = np.where(labels > 0, (square * distance).sum(axis=-1) / np.maximum(labels, 1), 0)
    return _ratio(per_class.sum(axis=-1), (labels > 0).sum(axis=-1))


def quadratic_kappa(counted: Counts, question: Question) -> Figures:
    """Return Cohen's kappa with squared distances as weights (Cohen, 1968); NaN if there is no variation at all."""
    square = _square(counted, question)
    steps = np.arange(len(question.classes))
    disagreement = (steps[:, None] - steps[None, :]) ** 2
    labels, predicted = square.sum(axis=-1), square.sum(axis=-2)
    expected = labels[..., :, None] * predicted[..., None, :]
    n = square.sum(axis=(-2, -1))
    return 1 - _ratio((square * disagreement).sum(axis=(-2, -1)) * n, (expected * disagreement).sum(axis=(-2, -1)))


def _square(counted: Counts, question: Question) -> Counts:
    return counted[..., : len(question.classes)]


def _f1(hits: Counts, labels: Counts, predicted: Counts) -> Figures:
    return np.where(labels + predicted > 0, 2 * hits / np.maximum(labels + predicted, 1), 0.0)


def _ratio(numerator: Counts, denominator: Counts) -> Figures:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(denominator > 0, numerator / denominator, np.nan))
