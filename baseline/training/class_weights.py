"""Class weights: how much an utterance counts in the loss, by its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch

from baseline.data.release import Question, Row

EXPONENT = -0.25


def class_weights(rows: Sequence[Row], question: Question) -> torch.Tensor:
    """Return float (classes), frequency ** `EXPONENT` of each class, scaled to a mean of 1 over the labels.

    This lies between equal weights, with which rare classes are never predicted, and inverse frequency, with which
    rare classes dominate the others. A question with many answers gets equal weights.
    """
    counts = Counter(label for row in rows if isinstance(label := row.labels.get(question.slug), str | int))
    weights = torch.tensor([max(counts[value], 1) ** EXPONENT for value in question.classes])
    frequencies = torch.tensor([float(counts[value]) for value in question.classes])
    if not frequencies.sum():
        return torch.ones_like(weights)
    return weights * frequencies.sum() / (weights * frequencies).sum()
