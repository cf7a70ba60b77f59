"""Small clips with a known sound and known pictures."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FPS = 10


def tone(hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    """Return a tone with overtones, in samples."""
    time = np.arange(int(seconds * RATE)) / RATE
    waves = np.sum([np.sin(2 * np.pi * hertz * n * time) / n for n in (1, 2, 3)], axis=0)
    return np.asarray(waves / 4, np.float32)


def write_clip(path: Path, sound: NDArray[np.float32] | None, colours: list[tuple[int, int, int]]) -> bytes:
    """Write an MP4 file with a sound and pictures of one colour each; return its content."""
    with av.open(str(path), "w", format="mp4") as container:
        if colours:
            video = container.add_stream("libx264", FPS, options={"preset": "ultrafast"})
            video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        if sound is not None:
            audio = container.add_stream("aac", RATE, layout="mono")
        for number, colour in enumerate(colours):
            frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), colour, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        if colours:
            container.mux(video.encode(None))
        if sound is not None:
            samples = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
            samples.sample_rate = RATE
            container.mux(audio.encode(samples))
            container.mux(audio.encode(None))
    return path.read_bytes()


def stored_clip(release: Path, sound: NDArray[np.float32] | None, colours: list[tuple[int, int, int]]) -> str:
    """Write a clip into a release under the sha256 of its content; return its name in the rows."""
    (release / "clips").mkdir(exist_ok=True)
    content = write_clip(release / "clips" / "unfinished", sound, colours)
    name = f"clips/{hashlib.sha256(content).hexdigest()}.mp4"
    (release / "clips" / "unfinished").rename(release / name)
    return name
