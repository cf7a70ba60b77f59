"""Minibatches: whole dialogues as tensors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from baseline.data.dialogues import dialogue_ranges
from baseline.data.rows import Row
from baseline.features.base import Bags, Frames, NetworkInput, Vectors

UNKNOWN = 0
MIN_SPEAKER_COUNT = 20  # a speaker with fewer utterances teaches nothing that holds beyond those
OUTSIDE = -1  # stands for a place after the end of a dialogue


@dataclass(frozen=True)
class Minibatch:
    """The utterances of whole dialogues.

    Attributes:
        rows: int64 (utterances), row numbers in the split.
        features: per features, (vectors, present), (numbers, starts) of bags, or with one start more (pixels, starts)
            of frames.
        speakers: int64 (utterances), numbers of the speakers in train.
        places: int64 (dialogues, longest), utterance of this minibatch at each position; `OUTSIDE` after the end.
        same_speaker: bool (dialogues, longest, longest), whether two positions have one speaker.
    """

    rows: NDArray[np.int64]
    features: list[tuple[torch.Tensor, torch.Tensor]]
    speakers: torch.Tensor
    places: torch.Tensor
    same_speaker: torch.Tensor


class Split:
    """The inputs of one split.

    Attributes:
        prepared: the representation of each features, in the order of the network's encoders.
        dialogues: row numbers of each dialogue.
    """

    def __init__(
        self, rows: Sequence[Row], prepared: Sequence[NetworkInput], speakers: dict[str, int], device: str
    ) -> None:
        """Number the speakers: those of train for the network, those of each dialogue for the relations in it."""
        self.prepared, self.device = list(prepared), device
        self.dialogues = dialogue_ranges(rows)
        self._speakers = np.array([speakers.get(row.speaker, UNKNOWN) for row in rows], np.int64)
        names = {name: number for number, name in enumerate(dict.fromkeys(row.speaker for row in rows))}
        self._names = np.array([names[row.speaker] for row in rows], np.int64)

    def minibatches(self, order: Sequence[int], *, size: int) -> Iterator[Minibatch]:
        """Yield dialogues, in the order of their numbers, in minibatches of at least `size` utterances."""
        pending: list[range] = []
        for number in order:
            pending.append(self.dialogues[number])
            if sum(map(len, pending)) >= size:
                yield self.collate(pending)
                pending = []
        if pending:
            yield self.collate(pending)

    def collate(self, dialogues: Sequence[range]) -> Minibatch:
        """Return one minibatch of the given dialogues."""
        rows = np.concatenate([np.arange(each.start, each.stop) for each in dialogues])
        longest = max(map(len, dialogues))
        places = np.full((len(dialogues), longest), OUTSIDE, np.int64)
        first = 0
        for number, dialogue in enumerate(dialogues):
            places[number, : len(dialogue)] = np.arange(first, first + len(dialogue))
            first += len(dialogue)
        names = np.where(places == OUTSIDE, -1, self._names[rows][places])
        same = (names[:, :, None] == names[:, None, :]) & (names >= 0)[:, :, None]
        return Minibatch(
            rows=rows,
            features=[tuple(each.to(self.device) for each in _tensors(one, rows)) for one in self.prepared],
            speakers=torch.from_numpy(self._speakers[rows]).to(self.device),
            places=torch.from_numpy(places).to(self.device),
            same_speaker=torch.from_numpy(same).to(self.device),
        )


def speaker_numbers(rows: Sequence[Row]) -> dict[str, int]:
    """Number the speakers with at least `MIN_SPEAKER_COUNT` utterances, from 1, the most frequent first."""
    frequent = [item for item in Counter(row.speaker for row in rows).items() if item[1] >= MIN_SPEAKER_COUNT]
    frequent.sort(key=lambda item: (-item[1], item[0]))
    return {name: number for number, (name, _) in enumerate(frequent, start=UNKNOWN + 1)}


def _tensors(prepared: NetworkInput, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    if isinstance(prepared, Vectors):
        values = prepared.values[rows]
        present = np.asarray(~np.isnan(values).any(axis=1))
        return torch.from_numpy(np.where(present[:, None], values, 0)), torch.from_numpy(present)
    return _frames(prepared, rows) if isinstance(prepared, Frames) else _bags(prepared, rows)


def _frames(frames: Frames, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = frames.starts[rows + 1] - frames.starts[rows]
    numbers = np.concatenate([np.arange(frames.starts[row], frames.starts[row + 1]) for row in rows])
    return torch.from_numpy(frames.pixels[numbers]), torch.from_numpy(np.concatenate([[0], np.cumsum(lengths)]))


def _bags(bags: Bags, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
    lengths = bags.starts[rows + 1] - bags.starts[rows]
    numbers = np.concatenate([bags.numbers[bags.starts[row] : bags.starts[row + 1]] for row in rows])
    return torch.from_numpy(numbers), torch.from_numpy(np.concatenate([[0], np.cumsum(lengths)[:-1]]))
