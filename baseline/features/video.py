"""Frames of a clip, each as a whole."""

from __future__ import annotations

from baseline.features.clip_pictures import ClipPictures, OfClip
from baseline.features.decoding import frames


class ClipFrames(ClipPictures):
    """Two frames per second of a clip, 64 pixels wide and high."""

    name = "video"
    version = "1"

    @property
    def of_clip(self) -> OfClip:
        """Return `frames`."""
        return frames
