"""The interface of features."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import SPLITS, Release, Row
from baseline.data.targets import Floats
from baseline.features import cache
from baseline.features.stored_rows import StoredRows

ROWS_AT_ONCE = 4096  # when all rows are read one after the other

Progress = Callable[[str, int, int], None]  # what is done, how many of how many


def no_progress(_what: str, _done: int, _of: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Vectors:
    """A vector per utterance.

    Attributes:
        values: float32 (rows, width), in memory or in files; all NaN in a row that has none.
        predictions: question -> the columns that hold log-probabilities of its classes, predicted by another model.
    """

    values: Floats | StoredRows
    predictions: Mapping[str, slice] = field(default_factory=dict)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Return bool (rows): which rows have a vector."""
        parts = np.array_split(np.arange(len(self.values)), len(self.values) // ROWS_AT_ONCE + 1)
        return np.concatenate([~np.isnan(self.values[part]).any(axis=1) for part in parts])


@dataclass(frozen=True)
class Frames:
    """Pictures of each utterance, for layers that are trained with the network.

    Attributes:
        starts: int64 (rows + 1): row i has the frames from `starts[i]` to `starts[i + 1]`; none if they are equal.
        pixels: uint8 (frames, height, width, colours).
    """

    starts: NDArray[np.int64]
    pixels: NDArray[np.uint8] | StoredRows

    @property
    def present(self) -> NDArray[np.bool_]:
        """Return bool (rows): which rows have a frame."""
        return np.asarray(np.diff(self.starts) > 0)


@dataclass(frozen=True)
class Bags:
    """A bag of numbers per utterance, for a layer of learned vectors.

    Attributes:
        starts: int64 (rows + 1): row i has the numbers from `starts[i]` to `starts[i + 1]`.
        numbers: int64 of all rows in one sequence.
        size: the number of different numbers; 0 belongs to unknown ones.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    size: int


@dataclass(frozen=True)
class Tokens:
    """The tokens of each utterance in their order, for a pretrained transformer that is finetuned.

    Attributes:
        starts: int64 (rows + 1): row i has the tokens from `starts[i]` to `starts[i + 1]`, at least one.
        numbers: int64 of all rows in one sequence, in the vocabulary of the transformer.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @property
    def present(self) -> NDArray[np.bool_]:
        """Return bool (rows): all rows have tokens."""
        return np.ones(len(self.starts) - 1, np.bool_)

    def of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the numbers of some rows in one sequence, and int64 (rows + 1) where each row starts in it."""
        lengths = self.starts[rows + 1] - self.starts[rows]
        found = [self.numbers[self.starts[row] : self.starts[row + 1]] for row in rows]
        return np.concatenate(found), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


NetworkInput = Vectors | Bags | Frames  # what networks take
Prepared = NetworkInput | Tokens


@dataclass(frozen=True)
class Setting:
    """The input of a computation of features.

    Attributes:
        release: the release; only the training split may influence fitted features.
        cache: folder of computed vectors.
        progress: is told how far the work is.
    """

    release: Release
    cache: Path
    progress: Progress = field(default=no_progress)


class Features(ABC):
    """A representation of utterances.

    Attributes:
        name: for files and messages.
        modality: "text", "audio", "video" or another name; features of one modality share an encoder.
    """

    name: str
    modality: str

    @abstractmethod
    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the representation of each split's rows, in their order.

        Raises:
            BaselineError: the features cannot be computed on this machine or for this release.
        """


class CachedFeatures(Features):
    """Features that depend on one utterance alone, computed once and cached by content in blocks of utterances.

    Attributes:
        version: a new one makes the cached arrays void.
        arrays: names of the arrays of a block.
    """

    version: str
    arrays: Sequence[str] = ("",)

    @abstractmethod
    def content(self, row: Row, release: Release) -> bytes:
        """Return what the features of a row are computed from, or a digest of it."""

    @abstractmethod
    def compute_block(self, rows: Sequence[Row], release: Release) -> dict[str, NDArray[Any]]:
        """Return the arrays of a block."""

    @abstractmethod
    def gathered(self, blocks: Sequence[dict[str, Path]]) -> Prepared:
        """Return the representation of a split from the files of its blocks."""

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the representation of each split; blocks that the cache has are not computed again."""
        release, done, of = setting.release, 0, sum(map(len, setting.release.rows.values()))
        prepared: dict[str, Prepared] = {}
        for split in SPLITS:
            blocks = []
            for rows in cache.blocks(release.rows[split]):
                key = cache.key(self.name, self.version, [self.content(row, release) for row in rows])
                compute = partial(self.compute_block, rows, release)
                blocks.append(cache.stored_files(setting.cache / self.name, key, self.arrays, compute))
                done += len(rows)
                setting.progress(f"features {self.name}", done, of)
            prepared[split] = self.gathered(blocks)
        return prepared


class UtteranceFeatures(CachedFeatures):
    """Vectors that depend on one utterance alone.

    Attributes:
        width: length of a vector.
    """

    width: int

    @abstractmethod
    def compute(self, rows: Sequence[Row], release: Release) -> Floats:
        """Return float32 (rows, width), all NaN in rows that have no vector."""

    def compute_block(self, rows: Sequence[Row], release: Release) -> dict[str, NDArray[Any]]:
        """Return the vectors."""
        return {"": self.compute(rows, release).astype(np.float32)}

    def gathered(self, blocks: Sequence[dict[str, Path]]) -> Prepared:
        """Return the vectors, which stay in their files."""
        return Vectors(StoredRows([each[""] for each in blocks]))
