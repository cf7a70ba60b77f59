"""The multi-task network: all tasks and links share one layer and have a head each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from baseline.data.minibatches import OUTSIDE, Minibatch
from baseline.data.release import Question
from baseline.data.vocabulary import UNKNOWN, Vocabulary
from baseline.features.base import Features
from baseline.models.head import Head
from baseline.models.network import Network

SPEAKER_WIDTH = 16
HIDDEN = 128
DROPOUT = 0.5
SPEAKER_DROPOUT = 0.5  # share of speakers hidden in training, for test splits by series, whose speakers are all new


class MultiTaskNetwork(Network):
    """A network of the utterance, its speaker and a GRU over the context, with one shared hidden layer."""

    def __init__(self, features: Features, speakers: Vocabulary, questions: Sequence[Question]) -> None:
        super().__init__()
        self.encoder = features.encoder()
        self.speakers = nn.Embedding(speakers.size, SPEAKER_WIDTH)
        self.context = nn.GRU(features.width + 1, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(DROPOUT)
        self.shared = nn.Linear(features.width + SPEAKER_WIDTH + HIDDEN, HIDDEN)
        self.heads = nn.ModuleList(Head(HIDDEN, question) for question in questions)

    def forward(self, minibatch: Minibatch) -> dict[str, torch.Tensor]:
        """Return the logits of each question, float (utterances, classes)."""
        utterances = self.dropout(self.encoder(*minibatch.features))
        inside = (minibatch.windows != OUTSIDE)[..., None]
        windows = utterances[minibatch.windows.clamp(min=0)] * inside
        _, states = self.context(torch.cat([windows, minibatch.same_speaker[..., None]], dim=-1))
        inputs = torch.cat([utterances, self.speakers(self._speakers(minibatch)), states[-1]], dim=-1)
        shared = self.dropout(functional.relu(self.shared(self.dropout(inputs))))
        return {head.question.slug: head(shared) for head in self.heads}

    def _speakers(self, minibatch: Minibatch) -> torch.Tensor:
        if not self.training:
            return minibatch.speakers
        hidden = torch.rand(minibatch.speakers.shape) < SPEAKER_DROPOUT
        return minibatch.speakers.masked_fill(hidden, UNKNOWN)
