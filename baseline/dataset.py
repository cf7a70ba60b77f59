"""From rows to tensors: grams of characters and words, dialogue context, masked targets."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch

from baseline.release import Question, Row

# Chinese and Japanese characters and Korean syllables stand for themselves; other scripts are read by the word.
ALONE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
UNIT = re.compile(rf"[{ALONE}]|[^\W_{ALONE}]+(?:'[^\W_{ALONE}]+)?|[^\w\s]")
PADDING, UNKNOWN = 0, 1
MASKED = -1
MAX_GRAMS = 20_000
MIN_GRAM_COUNT = 2
MIN_SPEAKER_COUNT = 20  # rarer ones teach nothing that would hold beyond their few lines


def grams(text: str) -> list[str]:
    """Return the units of a text (characters, words, signs) and every pair of neighbouring units."""
    units = UNIT.findall(unicodedata.normalize("NFKC", text).lower())
    return units + [f"{left} {right}" for left, right in pairwise(units)]


@dataclass(frozen=True)
class Vocabulary:
    """Numbers of the grams and speakers that the training split taught; 0 pads, 1 is anything else."""

    grams: dict[str, int]
    speakers: dict[str, int]

    @classmethod
    def learn(cls, rows: Iterable[Row]) -> Vocabulary:
        """Count the training rows; a vocabulary never sees another split."""
        gram_counts: Counter[str] = Counter()
        speaker_counts: Counter[str] = Counter()
        for row in rows:
            gram_counts.update(grams(row.text))
            speaker_counts[row.speaker] += 1
        return cls(
            _numbered(gram_counts, at_least=MIN_GRAM_COUNT), _numbered(speaker_counts, at_least=MIN_SPEAKER_COUNT)
        )

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text's grams; never empty, so that a silent row has a vector too."""
        return [self.grams.get(gram, UNKNOWN) for gram in grams(text)] or [UNKNOWN]


def _numbered(counts: Counter[str], *, at_least: int) -> dict[str, int]:
    kept = sorted((item for item in counts.items() if item[1] >= at_least), key=lambda item: (-item[1], item[0]))
    return {key: number for number, (key, _) in enumerate(kept[:MAX_GRAMS], start=UNKNOWN + 1)}


@dataclass(frozen=True)
class Batch:
    """Whole dialogues, one line per utterance.

    Attributes:
        grams: int64 of all utterances' grams, one after the other.
        starts: int64 (utterances), where in `grams` each begins.
        speakers: int64 (utterances).
        windows: int64 (utterances, context + 1), rows of this batch from the oldest to the utterance itself;
            `MASKED` before the dialogue's first.
        same_voice: float (utterances, context + 1), 1 where that row has the utterance's own speaker.
        targets: question -> int64 (utterances) of class numbers or `MASKED`; for a question with many answers
            float (utterances, classes) of 0 and 1, a masked row being all `MASKED`.
    """

    grams: torch.Tensor
    starts: torch.Tensor
    speakers: torch.Tensor
    windows: torch.Tensor
    same_voice: torch.Tensor
    targets: dict[str, torch.Tensor]


def dialogues(rows: Iterable[Row]) -> list[list[Row]]:
    """Group rows by dialogue, each in its order; dialogues in the order of their first row."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.dialogue, []).append(row)
    return [sorted(found, key=lambda row: row.order) for found in grouped.values()]


def batches(
    talks: Sequence[list[Row]], vocabulary: Vocabulary, questions: Sequence[Question], *, context: int, size: int
) -> Iterator[Batch]:
    """Yield the dialogues in batches of about `size` utterances, a dialogue never being cut."""
    pending: list[list[Row]] = []
    for talk in talks:
        pending.append(talk)
        if sum(map(len, pending)) >= size:
            yield collate(pending, vocabulary, questions, context=context)
            pending = []
    if pending:
        yield collate(pending, vocabulary, questions, context=context)


def collate(
    talks: Sequence[list[Row]], vocabulary: Vocabulary, questions: Sequence[Question], *, context: int
) -> Batch:
    """Make one batch of whole dialogues; `context` is the number of earlier utterances each one sees."""
    rows = [row for talk in talks for row in talk]
    numbers = [vocabulary.encode(row.text) for row in rows]
    lengths = torch.tensor([0, *map(len, numbers)])
    windows = torch.tensor(list(_windows(talks, context)))
    voices = {name: number for number, name in enumerate(dict.fromkeys(row.speaker for row in rows))}
    voice = torch.tensor([voices[row.speaker] for row in rows])
    same = (voice[windows.clamp(min=0)] == voice[:, None]) & (windows != MASKED)
    return Batch(
        grams=torch.tensor([number for row in numbers for number in row]),
        starts=lengths.cumsum(0)[:-1],
        speakers=torch.tensor([vocabulary.speakers.get(row.speaker, UNKNOWN) for row in rows]),
        windows=windows,
        same_voice=same.float(),
        targets={question.slug: targets(rows, question) for question in questions},
    )


def _windows(talks: Sequence[list[Row]], context: int) -> Iterator[list[int]]:
    first = 0
    for talk in talks:
        for place in range(len(talk)):
            yield [first + at if at >= 0 else MASKED for at in range(place - context, place + 1)]
        first += len(talk)


def targets(rows: Sequence[Row], question: Question) -> torch.Tensor:
    """Return the class numbers of one question's labels, `MASKED` where there is nothing to learn."""
    number = {value: place for place, value in enumerate(question.classes)}
    if not question.many:
        labels = (row.labels.get(question.slug) for row in rows)
        return torch.tensor([MASKED if label is None else number[label] for label in labels])  # type: ignore[index]
    marks = torch.full((len(rows), len(number)), float(MASKED))
    for place, row in enumerate(rows):
        label = row.labels.get(question.slug)
        if isinstance(label, list):
            marks[place] = torch.tensor([float(value in label) for value in question.classes])
    return marks
