"""Counts of labels against predictions, per dialogue.

Every figure of this package is a function of such counts. So a bootstrap over dialogues adds up counts instead of
reading the predictions again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Question
from baseline.data.targets import Codes, has_label

Counts = NDArray[np.float64]


def counts(
    labels: Codes,
    choices: Codes,
    dialogues: Sequence[range],
    question: Question,
    *,
    wrong: NDArray[np.bool_] | None = None,
) -> Counts:
    """Count labels against predictions in each dialogue.

    Args:
        labels: as `targets.codes` returns them; rows without a label do not count.
        choices: predictions in the form of labels.
        dialogues: the row numbers of each dialogue.
        question: the question.
        wrong: bool (rows): predictions that count as a class which no label has (a link between wrong ends).

    Returns:
        float64 (dialogues, classes, classes + 1): utterances of the label's class predicted as another class; the last
        column holds the `wrong` ones. For a question with many answers (dialogues, classes + 1, 4): hits, labels and
        predictions of each class, and in the last row exact matches and utterances.
    """
    of_row = np.zeros(len(labels), np.int64)
    for number, dialogue in enumerate(dialogues):
        of_row[dialogue.start : dialogue.stop] = number
    known = has_label(labels)
    if question.many:
        return _many(labels[known], choices[known], of_row[known], len(dialogues))
    classes = len(question.classes)
    predicted = choices if wrong is None else np.where(wrong, classes, choices)
    flat = (of_row * classes + labels) * (classes + 1) + predicted
    shape = (len(dialogues), classes, classes + 1)
    return np.bincount(flat[known], minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _many(labels: Codes, choices: Codes, of_row: Codes, dialogues: int) -> Counts:
    classes = labels.shape[1]
    found = np.zeros((dialogues, classes + 1, 4))
    np.add.at(found[:, :classes, 0], of_row, labels * choices)
    np.add.at(found[:, :classes, 1], of_row, labels)
    np.add.at(found[:, :classes, 2], of_row, choices)
    np.add.at(found[:, classes, 0], of_row, (labels == choices).all(axis=1))
    np.add.at(found[:, classes, 3], of_row, 1)
    return found


def class_counts(counted: Counts, question: Question) -> tuple[Counts, Counts, Counts]:
    """Return hits, labels and predictions of each class, each (..., classes), of counts (..., rows, columns)."""
    classes = len(question.classes)
    if question.many:
        return counted[..., :classes, 0], counted[..., :classes, 1], counted[..., :classes, 2]
    square = counted[..., :classes]
    return np.diagonal(square, axis1=-2, axis2=-1), counted.sum(axis=-1), square.sum(axis=-2)


def total(counted: Counts, question: Question) -> Counts:
    """Return the number of utterances with a label, (...)."""
    if question.many:
        return np.asarray(counted[..., len(question.classes), 3])
    return np.asarray(counted.sum(axis=(-2, -1)))
