"""A network: encoders, fusion and context, then what the tasks share, then their heads; and a head of each modality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from baseline.data.rows import Question
from baseline.features.base import NetworkInput, Vectors
from baseline.networks.context import DialogueContext
from baseline.networks.encoders import FUSIONS, ModalityEncoder, OwnFusion
from baseline.networks.heads import StackedHead, head
from baseline.networks.minibatches import UNKNOWN, Minibatch
from baseline.networks.sharing import SHARING
from baseline.options import Options

SPEAKER_DROPOUT = 0.5  # share of speakers hidden in training, for test splits by series, whose speakers are all new

Outputs = dict[str, torch.Tensor]  # by question, as `Network.forward` returns them


@dataclass(frozen=True)
class Part:
    """The predictions of one part of a network.

    Attributes:
        outputs: question -> float (utterances, classes).
        present: bool (utterances), the utterances that the part knows something of.
    """

    outputs: Outputs
    present: torch.Tensor


class Network(nn.Module):
    """A network of one or several questions.

    Attributes:
        questions: the questions, one head each.
        sharing: the layers between the common encoder and the heads.
        own_fusion: what each question takes from each modality by itself; None for text alone and for plain fusion.
        unimodal: a head of each question for each modality alone; empty for text alone.
        factors: float (questions, parts), weights of the fused outputs and of those of each modality.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        train: Sequence[tuple[str, NetworkInput]],
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
        alone = [] if self._modalities == ["text"] else self._modalities
        self.unimodal = nn.ModuleList(nn.ModuleList(head(width, question) for question in questions) for _ in alone)
        self.factors = nn.Parameter(torch.ones(len(questions), 1 + len(alone)), requires_grad=bool(alone))
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
        self.own_fusion = (
            OwnFusion(len(questions), len(self._modalities), width, dropout)
            if len(self._modalities) > 1 and options.fusion == "attention"
            else None
        )

    def forward(self, minibatch: Minibatch) -> Outputs:
        """Return log-probabilities per question, float (utterances, classes); log-odds for many answers."""
        return self.with_parts(minibatch)[0].outputs

    def with_parts(self, minibatch: Minibatch) -> list[Part]:
        """Return the outputs of `forward`, then those of its parts: of the fused states, and of each modality alone.

        `forward` weights its parts by learned factors, a product of experts. Nothing but the factors learns from it, so
        that each part has to learn what it can by itself. A network of text alone has one part.
        """
        vectors, present = self._encoded(minibatch)
        parts = [Part(self._fused(minibatch, vectors, present), torch.ones_like(present[:, 0]))]
        if not self.unimodal:
            return parts
        for number, heads in enumerate(self.unimodal):
            states = self.dropout(vectors[:, number])
            outputs = {each.slug: layer(states) for each, layer in zip(self.questions, heads, strict=True)}
            parts.append(Part(outputs, present[:, number]))
        return [Part(self._pooled(parts), parts[0].present), *parts]

    def _pooled(self, parts: Sequence[Part]) -> Outputs:
        pooled: Outputs = {}
        for question, factors in zip(self.questions, self.factors, strict=True):
            outputs = torch.stack([each.outputs[question.slug].detach() * each.present[:, None] for each in parts])
            total = (factors[:, None, None] * outputs).sum(dim=0)
            pooled[question.slug] = total if question.many else total.log_softmax(dim=-1)
        return pooled

    def _encoded(self, minibatch: Minibatch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return float (utterances, modalities, width), and bool (utterances, modalities): which are there."""
        encoded = [
            encoder([minibatch.features[number] for number in numbers])
            for encoder, numbers in zip(self.encoders, self._of_modality, strict=True)
        ]
        vectors = torch.stack([vectors for vectors, _ in encoded], dim=1)
        return vectors, torch.stack([present for _, present in encoded], dim=1)

    def _fused(self, minibatch: Minibatch, vectors: torch.Tensor, present: torch.Tensor) -> Outputs:
        states = self.sharing(self.dropout(self._states(minibatch, vectors, present)))
        if self.own_fusion is not None:
            states = states + self.own_fusion(self.dropout(vectors), present)
        return {
            question.slug: layer(each, None if at is None else minibatch.features[at[0]][0][:, at[1]])
            for question, layer, each, at in zip(self.questions, self.heads, states, self._predicted, strict=True)
        }

    def _states(self, minibatch: Minibatch, vectors: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """Return float (utterances, width): each utterance in its dialogue, before the tasks part."""
        utterances = self.fusion(vectors, present) + self.speakers(self._known(minibatch.speakers))
        if self.context is None:
            return utterances
        return self.context(self.dropout(utterances), minibatch.places, minibatch.same_speaker)

    def _known(self, speakers: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return speakers
        hidden = torch.rand(speakers.shape, device=speakers.device) < SPEAKER_DROPOUT
        return speakers.masked_fill(hidden, UNKNOWN)


def _predicted(question: Question, train: Sequence[tuple[str, NetworkInput]]) -> tuple[int, slice] | None:
    """Return the number of the first features that predict the question, and their columns."""
    for number, (_, prepared) in enumerate(train):
        if isinstance(prepared, Vectors) and question.slug in prepared.predictions:
            return number, prepared.predictions[question.slug]
    return None
