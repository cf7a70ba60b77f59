"""Heads: the output layers of a network, one per question."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from baseline.data.rows import Question

LEAST_BELOW_0 = -1e-4  # of a log-probability, so that its odds are finite


class NominalHead(nn.Linear):
    """One output per class; the log-probabilities of the classes."""

    def __init__(self, width: int, question: Question) -> None:
        """Create a head for input vectors of length `width`."""
        super().__init__(width, len(question.classes))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, classes)."""
        return super().forward(states).log_softmax(dim=-1)


class OrdinalHead(nn.Linear):
    """One output per step between neighbouring classes: the log-odds of going on, given that it was reached.

    Every set of outputs gives probabilities that add up to 1, and neighbouring classes share evidence. Source: Shi,
    Cao & Raschka (2021), "Deep neural networks for rank-consistent ordinal regression based on conditional
    probabilities".
    """

    def __init__(self, width: int, question: Question) -> None:
        """Create a head for input vectors of length `width`."""
        super().__init__(width, len(question.classes) - 1)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, classes), log-probabilities."""
        steps = super().forward(states)
        reached = functional.pad(functional.logsigmoid(steps).cumsum(dim=-1), (1, 0))
        stopped = functional.pad(functional.logsigmoid(-steps), (0, 1))
        return reached + stopped


class ManyHead(nn.Linear):
    """One yes or no per class; their log-odds."""

    def __init__(self, width: int, question: Question) -> None:
        """Create a head for input vectors of length `width`."""
        super().__init__(width, len(question.classes))


class StackedHead(nn.Module):
    """A head that corrects what another model predicted, instead of learning all of it again.

    The log-probabilities of the other model are added, times a learned factor that is 1 at first. Without them it is
    the head alone.
    """

    def __init__(self, width: int, question: Question, *, has_predictions: bool) -> None:
        """Create a head for input vectors of length `width`, and the factor if there are predictions to correct."""
        super().__init__()
        self.head, self.many = head(width, question), question.many
        self.factor = nn.Parameter(torch.ones(())) if has_predictions else None

    def forward(self, states: torch.Tensor, predicted: torch.Tensor | None) -> torch.Tensor:
        """Return float (utterances, classes): log-probabilities, or log-odds for many answers.

        Args:
            states: float (utterances, width).
            predicted: float (utterances, classes), log-probabilities of another model, None for none.
        """
        output: torch.Tensor = self.head(states)
        if predicted is None or self.factor is None:
            return output
        if self.many:
            odds = predicted - torch.log(-torch.expm1(predicted.clamp(max=LEAST_BELOW_0)))
            return output + self.factor * odds
        return (output + self.factor * predicted).log_softmax(dim=-1)


def head(width: int, question: Question) -> nn.Module:
    """Return a new head that fits the question."""
    if question.many:
        return ManyHead(width, question)
    return (
        OrdinalHead(width, question)
        if question.is_ordered and len(question.classes) > 2
        else NominalHead(width, question)
    )


def probabilities(output: torch.Tensor, question: Question) -> torch.Tensor:
    """Return the probabilities that the output of a head stands for, float (utterances, classes)."""
    return output.sigmoid() if question.many else output.exp()
