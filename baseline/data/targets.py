"""Labels as arrays of class numbers and of probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Label, Question, Row

MASKED = -1  # stands for a label that is missing
LEAST_VOTES = 2  # of an utterance with a soft label: one vote says nothing about how much raters differ

Codes = NDArray[np.int64]
Floats = NDArray[np.float32]


def codes(rows: Sequence[Row], question: Question) -> Codes:
    """Return the labels of one question.

    Returns:
        int64 (rows) of class numbers, `MASKED` where a row has no label. For a question with many answers
        (rows, classes) of 0 and 1, and `MASKED` in all columns of a row without a label.
    """
    return encode([row.labels.get(question.slug) for row in rows], question)


def encode(labels: Sequence[Label], question: Question) -> Codes:
    """Return labels as `codes` does; a label that is no class of the question counts as missing."""
    numbers = {value: number for number, value in enumerate(question.classes)}
    if not question.many:
        found = (MASKED if isinstance(label, list) or label is None else numbers.get(label, MASKED) for label in labels)
        return np.fromiter(found, np.int64, len(labels))
    marks = np.full((len(labels), len(question.classes)), MASKED, np.int64)
    for index, label in enumerate(labels):
        if isinstance(label, list):
            marks[index] = [int(value in label) for value in question.classes]
    return marks


def has_label(labels: Codes) -> NDArray[np.bool_]:
    """Return bool (rows): which of the rows that `codes` returned have a label."""
    return np.asarray((labels if labels.ndim == 1 else labels[:, 0]) != MASKED)


def decode(choices: NDArray[np.int64], question: Question) -> list[Label]:
    """Return class numbers (rows), or marks (rows, classes) for many answers, as labels."""
    if not question.many:
        return [question.classes[number] for number in choices.tolist()]
    return [
        [str(value) for value, chosen in zip(question.classes, row, strict=True) if chosen] for row in choices.tolist()
    ]


def one_hot(labels: Codes, question: Question) -> Floats:
    """Return labels as probabilities, float32 (rows, classes); rows without a label are 0."""
    if question.many:
        return np.clip(labels, 0, 1).astype(np.float32)
    probabilities = np.zeros((len(labels), len(question.classes)), np.float32)
    known = np.flatnonzero(labels != MASKED)
    probabilities[known, labels[known]] = 1
    return probabilities


def soft_labels(rows: Sequence[Row], question: Question) -> Floats:
    """Return the shares of the votes, float32 (rows, classes), and NaN in rows with fewer than `LEAST_VOTES`.

    A row whose release states a distribution has that one. For a question with many answers each share is that of
    the raters whose set has the class.
    """
    found = np.full((len(rows), len(question.classes)), np.nan, np.float32)
    for index, row in enumerate(rows):
        distribution = row.distributions.get(question.slug)
        votes = row.votes.get(question.slug) or {}
        if distribution and not question.many:
            found[index] = [distribution.get(str(value), 0.0) for value in question.classes]
        elif len(votes) >= LEAST_VOTES:
            counts = Counter(each for vote in votes.values() for each in (vote if isinstance(vote, list) else [vote]))
            found[index] = [counts[value] / len(votes) for value in question.classes]
        if not question.many and (total := found[index].sum()) > 0:
            found[index] /= total
    return found


def majority_code(labels: Codes, question: Question) -> Codes:
    """Return the most frequent label of a training split: a scalar, or the set of marks (classes) for many answers.

    Among equally frequent labels the first in the order of the codebook is used. Without any label it is class 0, or
    the empty set.
    """
    known = labels[has_label(labels)]
    if not question.many:
        return np.int64(np.bincount(known, minlength=len(question.classes)).argmax())  # type: ignore[return-value]
    if not len(known):
        return np.zeros(len(question.classes), np.int64)
    sets, counts = np.unique(known, axis=0, return_counts=True)
    marks: Codes = sets[counts.argmax()]
    return marks
