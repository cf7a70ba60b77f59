"""Options of a training run."""

from __future__ import annotations

from dataclasses import dataclass

from baseline.features import registry as features
from baseline.models import registry as models


@dataclass(frozen=True)
class Options:
    """Options of a training run; the same release, options and seed give the same model.

    Attributes:
        epochs: maximum number of passes over the training split.
        seed: seed of the initial weights, the dropout and the order of the dialogues.
        context: number of earlier utterances of the dialogue in the input of each utterance.
        features: name of the features in their registry.
        model: name of the model in its registry.
    """

    epochs: int = 30
    seed: int = 0
    context: int = 5
    features: str = features.DEFAULT
    model: str = models.DEFAULT
