"""Pictures of clips, for a small convolutional network that is trained with the model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Release, Row
from baseline.features.base import Frames, Prepared
from baseline.features.clip_features import ClipFeatures
from baseline.features.decoding import NO_PICTURES, Pixels
from baseline.features.stored_rows import StoredRows

OfClip = Callable[[bytes], Pixels]


class ClipPictures(ClipFeatures):
    """Pictures of each clip, made in child processes."""

    modality = "video"
    arrays = ("pixels", "counts")

    @property
    @abstractmethod
    def of_clip(self) -> OfClip:
        """Return the function from the content of a clip to its pictures, as many as it has."""

    def compute_block(self, rows: Sequence[Row], release: Release) -> dict[str, NDArray[Any]]:  # noqa: ARG002
        """Return the pictures of all rows one after the other, and how many each row has."""
        found = [NO_PICTURES if each is None else each for each in self._reader.results(rows)]
        return {"pixels": np.concatenate(found), "counts": np.array([len(each) for each in found], np.int64)}

    def gathered(self, blocks: Sequence[dict[str, Path]]) -> Prepared:
        """Return the pictures, which stay in their files."""
        counts = np.concatenate([np.load(each["counts"]) for each in blocks])
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Frames(starts, StoredRows([each["pixels"] for each in blocks]))
