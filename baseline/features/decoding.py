"""Decoding of a clip: its sound as mono samples, its pictures as small frames. Runs in a child process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
FRAMES_PER_SECOND = 2
FRAME_SIZE = 64  # pixels; a picture is squeezed into a square
MOST_SECONDS = 60  # of a clip; the rest is left out
FORMATS = "mp4"  # of clips, with and without pictures: nothing else is probed

Samples = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def sound(clip: bytes) -> Samples | None:
    """Return the sound of a clip as samples from -1 to 1, 16 kHz mono; None without sound or if it is damaged."""
    import av

    try:
        with av.open(io.BytesIO(clip), "r", format=FORMATS) as container:
            if not container.streams.audio:
                return None
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            pieces: list[Samples] = []
            for frame in [*_until(container.decode(audio=0)), None]:  # None: the rest of the resampler
                pieces += [np.asarray(each.to_ndarray(), np.float32).ravel() for each in resampler.resample(frame)]
    except (av.error.FFmpegError, ValueError):
        return None
    found = np.concatenate(pieces) if pieces else np.empty(0, np.float32)
    return found if len(found) else None


def frames(clip: bytes) -> Pixels:
    """Return frames of a clip, 2 per second from its first quarter of a second, at least one if it has pictures.

    Returns:
        uint8 (frames, `FRAME_SIZE`, `FRAME_SIZE`, 3), red, green and blue; without frames for a clip without pictures
        or a damaged one.
    """
    import av

    found: list[Pixels] = []
    try:
        with av.open(io.BytesIO(clip), "r", format=FORMATS) as container:
            if not container.streams.video:
                return _stack([])
            first, last = None, None
            for frame in _until(container.decode(video=0)):
                first = frame.time or 0.0 if first is None else first
                due = (len(found) + 0.5) / FRAMES_PER_SECOND
                if (frame.time or 0.0) - first >= due:
                    found.append(_small(frame))
                last = frame
            if not found and last is not None:
                found.append(_small(last))
    except (av.error.FFmpegError, ValueError):
        return _stack([])
    return _stack(found)


def _until(decoded: Iterator[Any]) -> Iterator[Any]:
    for frame in decoded:
        if (frame.time or 0.0) > MOST_SECONDS:
            return
        yield frame


def _small(frame: Any) -> Pixels:
    return np.asarray(frame.to_ndarray(width=FRAME_SIZE, height=FRAME_SIZE, format="rgb24", interpolation="AREA"))


def _stack(found: list[Pixels]) -> Pixels:
    return np.stack(found) if found else np.empty((0, FRAME_SIZE, FRAME_SIZE, 3), np.uint8)
