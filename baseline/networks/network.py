"""A network: encoders, fusion and context, then what the tasks share, then their heads."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from baseline.data.rows import Question
from baseline.features.base import Prepared, Vectors
from baseline.networks.context import DialogueContext
from baseline.networks.encoders import FUSIONS, ModalityEncoder
from baseline.networks.heads import StackedHead
from baseline.networks.minibatches import UNKNOWN, Minibatch
from baseline.networks.sharing import SHARING
from baseline.options import Options

SPEAKER_DROPOUT = 0.5  # share of speakers hidden in training, for test splits by series, whose speakers are all new


class Network(nn.Module):
    """A network of one or several questions.

    Attributes:
        questions: the questions, one head each.
        sharing: the layers between the common encoder and the heads.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        train: Sequence[tuple[str, Prepared]],
        speakers: int,
        sharing: str,
        options: Options,
    ) -> None:
        """Create a network with random weights.

        Args:
            questions: the questions to predict.
            train: modality and representation of the training split, for each features.
            speakers: number of known speakers.
            sharing: name of the sharing layers.
            options: sizes and parts.
        """
        super().__init__()
        self.questions = tuple(questions)
        width, dropout = options.width, options.dropout
        self._modalities = list(dict.fromkeys(modality for modality, _ in train))
        self._of_modality = [
            [number for number, (each, _) in enumerate(train) if each == modality] for modality in self._modalities
        ]
        self.encoders = nn.ModuleList(
            ModalityEncoder([train[number][1] for number in numbers], width, dropout) for numbers in self._of_modality
        )
        self.fusion: nn.Module = FUSIONS[options.fusion](len(self._modalities), width, dropout)
        self.speakers = nn.Embedding(speakers + 1, width)
        nn.init.normal_(self.speakers.weight, std=0.1)
        self.context = (
            None if options.context == "none" else DialogueContext(width, dropout, past_only=options.context == "past")
        )
        self.dropout = nn.Dropout(dropout)
        self.sharing = SHARING[sharing](questions, width, dropout)
        corrects = options.heads == "correcting"
        self._predicted = [_predicted(question, train) if corrects else None for question in questions]
        self.heads = nn.ModuleList(
            StackedHead(width, question, has_predictions=at is not None)
            for question, at in zip(questions, self._predicted, strict=True)
        )

    def forward(self, minibatch: Minibatch) -> dict[str, torch.Tensor]:
        """Return log-probabilities per question, float (utterances, classes); log-odds for many answers."""
        states = self.dropout(self.states(minibatch))
        return {
            question.slug: layer(each, None if at is None else minibatch.features[at[0]][0][:, at[1]])
            for question, layer, each, at in zip(
                self.questions, self.heads, self.sharing(states), self._predicted, strict=True
            )
        }

    def states(self, minibatch: Minibatch) -> torch.Tensor:
        """Return float (utterances, width): each utterance in its dialogue, before the tasks part."""
        encoded = [
            encoder([minibatch.features[number] for number in numbers])
            for encoder, numbers in zip(self.encoders, self._of_modality, strict=True)
        ]
        vectors = torch.stack([vectors for vectors, _ in encoded], dim=1)
        present = torch.stack([present for _, present in encoded], dim=1)
        utterances = self.fusion(vectors, present) + self.speakers(self._known(minibatch.speakers))
        if self.context is None:
            return utterances
        return self.context(self.dropout(utterances), minibatch.places, minibatch.same_speaker)

    def _known(self, speakers: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return speakers
        hidden = torch.rand(speakers.shape, device=speakers.device) < SPEAKER_DROPOUT
        return speakers.masked_fill(hidden, UNKNOWN)


def _predicted(question: Question, train: Sequence[tuple[str, Prepared]]) -> tuple[int, slice] | None:
    """Return the number of the first features that predict the question, and their columns."""
    for number, (_, prepared) in enumerate(train):
        if isinstance(prepared, Vectors) and question.slug in prepared.predictions:
            return number, prepared.predictions[question.slug]
    return None
