"""The interface of features."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import SPLITS, Release, Row
from baseline.data.targets import Floats
from baseline.features import cache

Progress = Callable[[str, int, int], None]  # what is done, how many of how many


def no_progress(_what: str, _done: int, _of: int) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Vectors:
    """A vector per utterance.

    Attributes:
        values: float32 (rows, width); all NaN in a row that has none.
        predictions: question -> the columns that hold log-probabilities of its classes, predicted by another model.
    """

    values: Floats
    predictions: Mapping[str, slice] = field(default_factory=dict)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Return bool (rows): which rows have a vector."""
        return np.asarray(~np.isnan(self.values).any(axis=1))


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


Prepared = Vectors | Bags


@dataclass(frozen=True)
class Setting:
    """What features are computed from and with.

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


class UtteranceFeatures(Features):
    """Vectors that depend on one utterance alone, computed once and cached by content.

    Attributes:
        version: a new one makes the cached vectors void.
        width: length of a vector.
    """

    version: str
    width: int

    @abstractmethod
    def content(self, row: Row, release: Release) -> bytes:
        """Return what the vector of a row is computed from, or a digest of it."""

    @abstractmethod
    def compute(self, rows: Sequence[Row], release: Release) -> Floats:
        """Return float32 (rows, width), all NaN in rows that have no vector."""

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the vectors of each split; those that the cache has are not computed again."""
        release, done, of = setting.release, 0, sum(map(len, setting.release.rows.values()))
        prepared: dict[str, Prepared] = {}
        for split in SPLITS:
            blocks = []
            for rows in cache.blocks(release.rows[split]):
                key = cache.key(self.name, self.version, [self.content(row, release) for row in rows])
                blocks.append(cache.stored(setting.cache / self.name, key, partial(self.compute, rows, release)))
                done += len(rows)
                setting.progress(f"features {self.name}", done, of)
            prepared[split] = Vectors(np.concatenate(blocks))
        return prepared
