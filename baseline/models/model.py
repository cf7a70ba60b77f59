"""A model: a network together with the features and speakers that it was built for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baseline.data.minibatches import Collator
from baseline.data.release import Question
from baseline.data.vocabulary import Vocabulary
from baseline.features.base import Features
from baseline.models.network import Network
from baseline.models.registry import MODELS
from baseline.options import Options


@dataclass(frozen=True)
class Model:
    """A network together with the features and speakers that it was built for.

    Attributes:
        network: the network of the questions.
        features: features, fitted to the training split.
        speakers: numbers of the speakers of the training split.
        questions: the questions that the network predicts, one head each.
        options: options of the training run.
        best_epoch: the epoch whose weights the network has; 0 before training.
    """

    network: Network
    features: Features
    speakers: Vocabulary
    questions: Sequence[Question]
    options: Options
    best_epoch: int = 0

    @property
    def collator(self) -> Collator:
        """The builder of minibatches for this network."""
        return Collator(self.features.encode, self.speakers, self.questions, self.options.context)


def untrained_model(features: Features, speakers: Vocabulary, questions: Sequence[Question], options: Options) -> Model:
    """Return a model with the network that the options name, with random weights."""
    network = MODELS.get(options.model)(features, speakers, questions)
    return Model(network, features, speakers, questions, options)
