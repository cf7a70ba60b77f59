"""Vectors of the sound of clips."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np

from baseline.data.rows import Release, Row
from baseline.data.targets import Floats
from baseline.features.base import UtteranceFeatures
from baseline.features.clip_features import ClipFeatures

OfClip = Callable[[bytes], Floats | None]


class SoundVectors(ClipFeatures, UtteranceFeatures):
    """A vector for the sound of each clip, computed in child processes."""

    modality = "audio"

    @property
    @abstractmethod
    def of_clip(self) -> OfClip:
        """Return the function from the content of a clip to its vector, None for a clip that has none."""

    def compute(self, rows: Sequence[Row], release: Release) -> Floats:  # noqa: ARG002
        """Return the vectors of the clips."""
        nothing = np.full(self.width, np.nan, np.float32)
        found = [nothing if each is None else each for each in self._reader.results(rows)]
        return np.array(found, np.float32).reshape(len(rows), self.width)
