"""Minibatches: whole dialogues as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch

from baseline.data.label_tensors import label_tensor
from baseline.data.release import Question, Row
from baseline.data.vocabulary import Vocabulary

OUTSIDE = -1  # stands for a row before the start of a dialogue

Encode = Callable[[Sequence[Row]], tuple[torch.Tensor, ...]]


@dataclass(frozen=True)
class Minibatch:
    """The utterances of whole dialogues.

    Attributes:
        features: the utterances as `Features.encode` returns them.
        speakers: int64 (utterances), numbers of the speakers.
        windows: int64 (utterances, context + 1), row numbers in this minibatch, from the oldest utterance of the
            context to the utterance itself; `OUTSIDE` before the first utterance of the dialogue.
        same_speaker: float (utterances, context + 1), 1 where a row of the window has the utterance's own speaker.
        labels: question -> tensor as `label_tensor` returns it.
    """

    features: tuple[torch.Tensor, ...]
    speakers: torch.Tensor
    windows: torch.Tensor
    same_speaker: torch.Tensor
    labels: dict[str, torch.Tensor]


@dataclass(frozen=True)
class Collator:
    """Builds minibatches.

    Attributes:
        encode: the function that turns rows into the tensors of their features.
        speakers: numbers of the speakers.
        questions: the questions whose labels the minibatches contain.
        context: number of earlier utterances in the window of each utterance.
    """

    encode: Encode
    speakers: Vocabulary
    questions: Sequence[Question]
    context: int

    def minibatches(self, dialogues: Sequence[list[Row]], *, size: int) -> Iterator[Minibatch]:
        """Yield the dialogues in minibatches of at least `size` utterances; the last may have fewer.

        A dialogue is never divided.
        """
        pending: list[list[Row]] = []
        for dialogue in dialogues:
            pending.append(dialogue)
            if sum(map(len, pending)) >= size:
                yield self.collate(pending)
                pending = []
        if pending:
            yield self.collate(pending)

    def collate(self, dialogues: Sequence[list[Row]]) -> Minibatch:
        """Return one minibatch of all the given dialogues."""
        rows = [row for dialogue in dialogues for row in dialogue]
        windows = torch.tensor(list(_windows(dialogues, self.context)))
        return Minibatch(
            features=self.encode(rows),
            speakers=torch.tensor([self.speakers.number(row.speaker) for row in rows]),
            windows=windows,
            same_speaker=_same_speaker(rows, windows),
            labels={question.slug: label_tensor(rows, question) for question in self.questions},
        )


def _windows(dialogues: Sequence[list[Row]], context: int) -> Iterator[list[int]]:
    first = 0
    for dialogue in dialogues:
        for position in range(len(dialogue)):
            window = range(position - context, position + 1)
            yield [first + earlier if earlier >= 0 else OUTSIDE for earlier in window]
        first += len(dialogue)


def _same_speaker(rows: Sequence[Row], windows: torch.Tensor) -> torch.Tensor:
    # compared by names, since speakers without a number of their own share one
    names = {name: number for number, name in enumerate(dict.fromkeys(row.speaker for row in rows))}
    speaker = torch.tensor([names[row.speaker] for row in rows])
    same = (speaker[windows.clamp(min=0)] == speaker[:, None]) & (windows != OUTSIDE)
    return same.float()
