"""The network: a bag of grams per utterance, a recurrent walk over its context, one head per question."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from baseline.dataset import MASKED, PADDING, UNKNOWN, Batch
from baseline.release import Question

GRAM_WIDTH = 64
SPEAKER_WIDTH = 16
HIDDEN = 128
DROPOUT = 0.5
FORGET_SPEAKER = 0.5  # so that a speaker nobody has met, as in a test split by series, is nothing special


class MultiTask(nn.Module):
    """One shared reading of the utterance in its context; every question answers from it."""

    def __init__(self, grams: int, speakers: int, questions: Sequence[Question]) -> None:
        super().__init__()
        self.grams = nn.EmbeddingBag(grams, GRAM_WIDTH, mode="mean", padding_idx=PADDING)
        self.speakers = nn.Embedding(speakers, SPEAKER_WIDTH)
        self.walk = nn.GRU(GRAM_WIDTH + 1, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(DROPOUT)
        self.shared = nn.Linear(GRAM_WIDTH + SPEAKER_WIDTH + HIDDEN, HIDDEN)
        self.slugs = [question.slug for question in questions]
        self.heads = nn.ModuleList(nn.Linear(HIDDEN, len(question.classes)) for question in questions)

    def forward(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Return the logits of each question, (utterances, classes)."""
        said = self.dropout(self.grams(batch.grams, batch.starts))
        earlier = said[batch.windows.clamp(min=0)] * (batch.windows != MASKED)[..., None]
        _, walked = self.walk(torch.cat([earlier, batch.same_voice[..., None]], dim=-1))
        seen = torch.cat([said, self.speakers(self._speakers(batch)), walked[-1]], dim=-1)
        shared = self.dropout(functional.relu(self.shared(self.dropout(seen))))
        return {slug: head(shared) for slug, head in zip(self.slugs, self.heads, strict=True)}

    def _speakers(self, batch: Batch) -> torch.Tensor:
        if not self.training:
            return batch.speakers
        forgotten = torch.rand(batch.speakers.shape) < FORGET_SPEAKER
        return batch.speakers.masked_fill(forgotten, UNKNOWN)


def loss(logits: dict[str, torch.Tensor], batch: Batch, weights: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the sum over the questions of the mean cross entropy of their labelled utterances.

    Args:
        logits: as `MultiTask` gives them.
        batch: the targets; masked ones count for nothing.
        weights: question -> float (classes), how much an utterance of that class counts.
    """
    total = torch.zeros(())
    for slug, scores in logits.items():
        target = batch.targets[slug]
        if target.is_floating_point():
            kept = target[:, 0] != MASKED
            if kept.any():
                total = total + functional.binary_cross_entropy_with_logits(scores[kept], target[kept])
        elif (target != MASKED).any():
            total = total + functional.cross_entropy(scores, target, weight=weights[slug], ignore_index=MASKED)
    return total


def answers(logits: torch.Tensor, question: Question) -> torch.Tensor:
    """Return class numbers (utterances), or 0 and 1 per class for a question with many answers."""
    return (logits > 0).long() if question.many else logits.argmax(dim=-1)
