"""The interface of networks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import nn

from baseline.data.minibatches import Minibatch
from baseline.data.release import Question
from baseline.data.vocabulary import Vocabulary
from baseline.features.base import Features


class Network(nn.Module, ABC):
    """Base class of the networks.

    Attributes:
        heads: one `Head` per question.
    """

    heads: nn.ModuleList

    @abstractmethod
    def forward(self, minibatch: Minibatch) -> dict[str, torch.Tensor]:
        """Return the logits of each question, float (utterances, classes)."""


NetworkFactory = Callable[[Features, Vocabulary, Sequence[Question]], Network]
"""Creates an untrained network.

Its arguments are the fitted features, whose `encoder()` returns a new input layer, the numbers of the speakers in
`Minibatch.speakers`, and the questions to predict.
"""
