"""Decoding of a clip: its sound as mono samples, its pictures as small frames. Runs in a child process."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
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

NO_PICTURES: Pixels = np.empty((0, FRAME_SIZE, FRAME_SIZE, 3), np.uint8)


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
    """Return frames of a clip, squeezed into squares, as `pictures` does."""
    return pictures(clip, squeezed)


def pictures(clip: bytes, of_frame: Callable[[Any], Pixels | None]) -> Pixels:
    """Return pictures of frames of a clip, 2 per second from its first quarter of a second, at least one frame.

    Args:
        clip: content of a clip.
        of_frame: a decoded frame -> uint8 (`FRAME_SIZE`, `FRAME_SIZE`, 3), or None to leave the frame out.

    Returns:
        uint8 (pictures, `FRAME_SIZE`, `FRAME_SIZE`, 3), red, green and blue; without pictures for a clip that has none
        or a damaged one.
    """
    import av

    try:
        with av.open(io.BytesIO(clip), "r", format=FORMATS) as container:
            if not container.streams.video:
                return NO_PICTURES
            made = [of_frame(frame) for frame in _due(_until(container.decode(video=0)))]
    except (av.error.FFmpegError, ValueError):
        return NO_PICTURES
    found = [each for each in made if each is not None]
    return np.stack(found) if found else NO_PICTURES


def squeezed(frame: Any) -> Pixels:
    """Return a decoded frame as uint8 (`FRAME_SIZE`, `FRAME_SIZE`, 3), red, green and blue."""
    return np.asarray(frame.to_ndarray(width=FRAME_SIZE, height=FRAME_SIZE, format="rgb24", interpolation="AREA"))


def _due(decoded: Iterator[Any]) -> Iterator[Any]:
    """Yield two frames per second, and the last one if there is no other."""
    count, first, last = 0, None, None
    for frame in decoded:
        first = frame.time or 0.0 if first is None else first
        if (frame.time or 0.0) - first >= (count + 0.5) / FRAMES_PER_SECOND:
            count += 1
            yield frame
        last = frame
    if not count and last is not None:
        yield last


def _until(decoded: Iterator[Any]) -> Iterator[Any]:
    for frame in decoded:
        if (frame.time or 0.0) > MOST_SECONDS:
            return
        yield frame
