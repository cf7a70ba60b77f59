"""Features that are computed from the content of clips."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from baseline.data.rows import Release, Row
from baseline.features.base import CachedFeatures, Prepared, Setting
from baseline.features.clips import ClipReader, require_clips


class ClipFeatures(CachedFeatures):
    """Features of each clip, computed in child processes."""

    @property
    @abstractmethod
    def of_clip(self) -> Callable[[bytes], Any]:
        """Return the function from the content of a clip to its features.

        It is a function of a module, which child processes import.
        """

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the features of each split; a row without a clip, or whose clip has none, has none."""
        require_clips(setting.release)
        with ClipReader(setting.release, self.of_clip) as self._reader:
            return super().prepare(setting)

    def content(self, row: Row, release: Release) -> bytes:  # noqa: ARG002 -- the name of a clip has its checksum
        """Return the name of the clip."""
        return row.clip.encode()
