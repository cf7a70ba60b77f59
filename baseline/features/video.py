"""Frames of a clip, for a small convolutional network that is trained with the model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Release, Row
from baseline.features.base import CachedFeatures, Frames, Prepared, Setting
from baseline.features.clips import ClipReader, require_clips
from baseline.features.decoding import frames
from baseline.features.stored_rows import StoredRows


class ClipFrames(CachedFeatures):
    """Two frames per second of a clip, 64 pixels wide and high."""

    name = "video"
    modality = "video"
    version = "1"
    arrays = ("pixels", "counts")

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the frames of each split; a row without a clip, or whose clip has no pictures, has none."""
        require_clips(setting.release)
        with ClipReader(setting.release, frames) as self._reader:
            return super().prepare(setting)

    def content(self, row: Row, release: Release) -> bytes:  # noqa: ARG002 -- the name of a clip has its checksum
        """Return the name of the clip."""
        return row.clip.encode()

    def compute_block(self, rows: Sequence[Row], release: Release) -> dict[str, NDArray[Any]]:  # noqa: ARG002
        """Return the frames of all rows one after the other, and how many each row has."""
        nothing = frames(b"")
        found = [nothing if each is None else each for each in self._reader.results(rows)]
        return {"pixels": np.concatenate(found), "counts": np.array([len(each) for each in found], np.int64)}

    def gathered(self, blocks: Sequence[dict[str, Path]]) -> Prepared:
        """Return the frames, which stay in their files."""
        counts = np.concatenate([np.load(each["counts"]) for each in blocks])
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Frames(starts, StoredRows([each["pixels"] for each in blocks]))
