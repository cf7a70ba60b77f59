"""Labels as tensors of class numbers."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from baseline.data.release import Question, Row

MASKED = -1  # stands for a label that is missing


def label_tensor(rows: Sequence[Row], question: Question) -> torch.Tensor:
    """Return the labels of one question.

    Returns:
        int64 (rows) of class numbers, `MASKED` where a row has no label. For a question with many answers
        float (rows, classes) of 0 and 1, and `MASKED` in all columns of a row without a label.
    """
    if question.many:
        return _marks(rows, question)
    numbers = {value: number for number, value in enumerate(question.classes)}
    labels = (row.labels.get(question.slug) for row in rows)
    return torch.tensor([MASKED if label is None else numbers[label] for label in labels])  # type: ignore[index]


def _marks(rows: Sequence[Row], question: Question) -> torch.Tensor:
    marks = torch.full((len(rows), len(question.classes)), float(MASKED))
    for index, row in enumerate(rows):
        label = row.labels.get(question.slug)
        if isinstance(label, list):
            marks[index] = torch.tensor([float(value in label) for value in question.classes])
    return marks
