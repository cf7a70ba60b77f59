"""The loss of a network: the mean over the questions of their weighted cross entropies."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.nn import functional

from baseline.training.targets import Targets


def loss(outputs: Mapping[str, torch.Tensor], targets: Mapping[str, Targets]) -> torch.Tensor:
    """Return a scalar; questions without any label in the minibatch contribute 0.

    Args:
        outputs: question -> float (utterances, classes), log-probabilities, or log-odds for many answers.
        targets: question -> targets of the same utterances.
    """
    total = next(iter(outputs.values())).sum() * 0
    for slug, found in outputs.items():
        target = targets[slug]
        if target.weights.ndim > 1:
            losses = functional.binary_cross_entropy_with_logits(found, target.probabilities, reduction="none")
            losses, known = (losses * target.weights).mean(dim=1), (target.weights > 0).any(dim=1)
        else:
            losses = -(target.probabilities * found.clamp(min=-30)).sum(dim=1) * target.weights
            known = target.weights > 0
        total = total + losses.sum() / known.sum().clamp(min=1)
    return total / len(outputs)
