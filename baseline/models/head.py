"""Heads: the output layers of a network."""

from __future__ import annotations

import torch
from torch import nn

from baseline.data.predictions import Prediction
from baseline.data.release import Question


class Head(nn.Linear):
    """A linear layer with one output per class of a question."""

    def __init__(self, width: int, question: Question) -> None:
        """Create a head for input vectors of length `width`."""
        super().__init__(width, len(question.classes))
        self.question = question

    def predictions(self, logits: torch.Tensor) -> list[Prediction]:
        """Return the predictions for logits (utterances, classes): classes, or sets of them for many answers."""
        classes = self.question.classes
        if not self.question.many:
            return [classes[number] for number in logits.argmax(dim=-1).tolist()]
        return [
            frozenset(value for value, chosen in zip(classes, row, strict=True) if chosen)
            for row in (logits > 0).tolist()
        ]
