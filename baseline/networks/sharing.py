"""Layers between the common encoder and the heads, which tasks share or keep to themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from baseline.data.rows import Question


class SharingLayers(nn.Module, ABC):
    """Layers between the states of utterances and the heads of the questions."""

    @abstractmethod
    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return float (questions, utterances, width), from float (utterances, width)."""

    def penalty(self, links: Mapping[tuple[int, int], torch.Tensor]) -> torch.Tensor:  # noqa: ARG002
        """Return what these layers add to the loss of the minibatch that they saw last.

        Args:
            links: numbers of two questions -> float (utterances), the strength of the link between them from 0 to 1,
                NaN where it is unknown.
        """
        return torch.zeros(())

    def learned(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]] | None:
        """Return how much each question takes from each other one, (questions, questions), if that is learned."""
        return None


class HardSharing(SharingLayers):
    """One layer for all questions."""

    def __init__(self, questions: Sequence[Question], width: int, dropout: float) -> None:
        """Create the layer."""
        super().__init__()
        self.questions = len(questions)
        self.layer = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return the same states for every question."""
        return self.layer(states).expand(self.questions, -1, -1)


class _Towers(nn.Module):
    """A layer per tower: float (towers, utterances, width) -> the same."""

    def __init__(self, towers: int, width: int, dropout: float) -> None:
        super().__init__()
        layers = [nn.Linear(width, width) for _ in range(towers)]
        self.weight = nn.Parameter(torch.stack([layer.weight.T for layer in layers]).detach().clone())
        self.bias = nn.Parameter(torch.stack([layer.bias for layer in layers]).detach().clone())
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.dropout(functional.relu(torch.baddbmm(self.bias[:, None], states, self.weight)))


class CrossStitch(SharingLayers):
    """A tower of two layers per question; between the layers each takes a learned part of every tower.

    Source: Misra et al. (2016), "Cross-stitch networks for multi-task learning".
    """

    OWN = 0.9  # share that a tower takes from itself at first

    def __init__(self, questions: Sequence[Question], width: int, dropout: float) -> None:
        """Create the towers."""
        super().__init__()
        count = len(questions)
        self.towers = nn.ModuleList(_Towers(count, width, dropout) for _ in range(2))
        others = (1 - self.OWN) / max(count - 1, 1)
        self.stitch = nn.Parameter(torch.full((count, count), others) + torch.eye(count) * (self.OWN - others))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return the states of the second layer of each tower."""
        first = self.towers[0](states.expand(len(self.stitch), -1, -1))
        second: torch.Tensor = self.towers[1](torch.einsum("pq,qnd->pnd", self.stitch, first))
        return second

    def learned(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return the share of each tower in the mixture of each other one."""
        sizes = self.stitch.detach().abs().cpu().double()
        return np.asarray((sizes / sizes.sum(dim=1, keepdim=True)).numpy())


class SoftSharing(SharingLayers):
    """Shared experts and one expert per question; a gate per question and utterance mixes its own with the shared.

    A penalty keeps shared and own experts apart, and the strength of a link tells how much the gates of its two ends
    should have in common. Sources: Tang et al. (2020), "Progressive layered extraction"; Liu, Qiu & Huang (2017),
    "Adversarial multi-task learning", for the penalty.
    """

    SHARED = 3
    ORTHOGONALITY = 0.05
    LINKS = 0.05
    overlap: torch.Tensor
    seen: torch.Tensor

    def __init__(self, questions: Sequence[Question], width: int, dropout: float) -> None:
        """Create experts and gates."""
        super().__init__()
        self.count = len(questions)
        self.experts = _Towers(self.SHARED + self.count, width, dropout)
        self.gates = nn.Linear(width, self.count * (self.SHARED + 1))
        self._outputs: tuple[torch.Tensor, torch.Tensor] = (torch.empty(0), torch.empty(0))
        self._weights = torch.empty(0)
        self.register_buffer("overlap", torch.zeros(self.count, self.count, dtype=torch.float64))
        self.register_buffer("seen", torch.zeros((), dtype=torch.float64))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return the mixture of experts of each question."""
        outputs = self.experts(states.expand(self.SHARED + self.count, -1, -1))
        shared, own = outputs[: self.SHARED], outputs[self.SHARED :]
        weights = self.gates(states).view(len(states), self.count, self.SHARED + 1).softmax(dim=-1)
        mixed = torch.einsum("nqe,end->qnd", weights[..., : self.SHARED], shared)
        self._outputs, self._weights = (shared, own), weights
        if not self.training:
            self._observe(weights)
        return mixed + weights[..., self.SHARED].T[..., None] * own

    def penalty(self, links: Mapping[tuple[int, int], torch.Tensor]) -> torch.Tensor:
        """Return the squared cosines between shared and own experts, and the errors of the predicted link strengths."""
        shared, own = (functional.normalize(each, dim=-1) for each in self._outputs)
        cosines = torch.einsum("end,qnd->eqn", shared, own)
        total = self.ORTHOGONALITY * cosines.square().mean()
        for (one, other), strength in links.items():
            known = ~strength.isnan()
            if known.any():
                common = self._common(self._weights)[known, one, other].clamp(1e-4, 1 - 1e-4)
                total = total + self.LINKS * functional.binary_cross_entropy(common, strength[known])
        return total

    def learned(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]] | None:
        """Return the mean overlap of the gates of two questions over the utterances seen in evaluation, 0 to 1."""
        if not float(self.seen):
            return None
        return np.asarray((self.overlap / self.seen).cpu().numpy())

    def _common(self, weights: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, questions, questions): how much two gates have in common (Bhattacharyya)."""
        roots = weights[..., : self.SHARED].clamp(min=1e-8).sqrt()
        return torch.einsum("npe,nqe->npq", roots, roots)

    def _observe(self, weights: torch.Tensor) -> None:
        self.overlap += self._common(weights.detach()).double().sum(dim=0)
        self.seen += len(weights)


SHARING: dict[str, type[SharingLayers]] = {
    "hard-sharing": HardSharing,
    "cross-stitch": CrossStitch,
    "soft-sharing": SoftSharing,
}
