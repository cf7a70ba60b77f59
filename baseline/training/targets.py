"""Targets of a network: soft labels and the weight of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from baseline.data.rows import Question, Row
from baseline.data.targets import Floats, codes, has_label, one_hot, soft_labels
from baseline.options import Options


@dataclass(frozen=True)
class Targets:
    """Targets of one question.

    Attributes:
        probabilities: float32 (rows, classes).
        weights: float32 (rows), or (rows, classes) for many answers; 0 in rows without a label.
    """

    probabilities: torch.Tensor
    weights: torch.Tensor

    def only(self, rows: torch.Tensor) -> Targets:
        """Return the same with a weight of 0 in the rows that are not in bool (rows)."""
        return Targets(self.probabilities, self.weights * (rows if self.weights.ndim == 1 else rows[:, None]))


def targets(rows: Sequence[Row], question: Question, options: Options) -> Targets:
    """Return the targets of a training split.

    The weight of a row is frequency ** `options.class_weight` of its classes, scaled to a mean of 1 over the rows.
    A row with several votes has their shares as its target, if `options.soft_labels`, even where they are split and
    the row has no label; label smoothing comes on top.
    """
    labels = codes(rows, question)
    known = has_label(labels)
    found = one_hot(labels, question)
    if options.soft_labels:
        soft = soft_labels(rows, question)
        has_votes = ~np.isnan(soft).any(axis=1)
        found[has_votes], known = soft[has_votes], known | has_votes
    weights = _weights(found, known, question, options.class_weight)
    middle = 0.5 if question.many else 1 / len(question.classes)
    smooth = (1 - options.label_smoothing) * found + options.label_smoothing * middle
    return Targets(torch.from_numpy(smooth.astype(np.float32)), torch.from_numpy(weights))


def _weights(
    found: Floats, known: np.ndarray[tuple[int], np.dtype[np.bool_]], question: Question, exponent: float
) -> Floats:
    n = max(int(known.sum()), 1)
    positive = np.maximum(found[known].sum(axis=0), 1)
    if question.many:
        of_class = (positive / n) ** (exponent / 2), ((np.maximum(n - positive, 1)) / n) ** (exponent / 2)
        weights = np.where(found > 0.5, *of_class) * known[:, None]
        return np.asarray(weights / max(float(weights[known].mean()) if known.any() else 1.0, 1e-9), np.float32)
    weights = (found @ (positive / n) ** exponent) * known
    return np.asarray(weights * n / max(float(weights.sum()), 1e-9), np.float32)


def link_strengths(
    rows: Sequence[Row], questions: Sequence[Question], links: Sequence[Question]
) -> dict[tuple[int, int], torch.Tensor]:
    """Return the strength of the links between two of the questions, from 0 to 1, NaN where it is unknown.

    Returns:
        numbers of the two questions -> float32 (rows).
    """
    numbers = {question.slug: number for number, question in enumerate(questions)}
    found: dict[tuple[int, int], torch.Tensor] = {}
    for link in links:
        if len(link.ends) == 2 and all(end in numbers for end in link.ends):
            values = [row.labels.get(link.slug) for row in rows]
            greatest = max(abs(int(each)) for each in link.classes) or 1
            strengths = [abs(value) / greatest if isinstance(value, int) else float("nan") for value in values]
            found[numbers[link.ends[0]], numbers[link.ends[1]]] = torch.tensor(strengths, dtype=torch.float32)
    return found
