"""Vectors of the sound of clips."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from baseline.data.rows import Release, Row
from baseline.data.targets import Floats
from baseline.features.base import Prepared, Setting, UtteranceFeatures
from baseline.features.clips import ClipReader, require_clips

OfClip = Callable[[bytes], Floats | None]


class SoundVectors(UtteranceFeatures):
    """A vector for the sound of each clip, computed in child processes."""

    modality = "audio"

    @property
    @abstractmethod
    def of_clip(self) -> OfClip:
        """Return the function from the content of a clip to its vector, None for a clip that has none.

        It is a function of a module, which child processes import.
        """

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the vectors of each split; a row without a clip or with a silent or damaged one has none."""
        require_clips(setting.release)
        with ClipReader(setting.release, self.of_clip) as self._reader:
            return super().prepare(setting)

    def content(self, row: Row, release: Release) -> bytes:  # noqa: ARG002 -- the name of a clip has its checksum
        """Return the name of the clip."""
        return row.clip.encode()

    def compute(self, rows: Sequence[Row], release: Release) -> Floats:  # noqa: ARG002
        """Return the vectors of the clips."""
        nothing = np.full(self.width, np.nan, np.float32)
        found = [nothing if each is None else each for each in self._reader.results(rows)]
        return np.array(found, np.float32).reshape(len(rows), self.width)
