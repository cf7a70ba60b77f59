"""Small clips with a known sound and known pictures, and functions of clips that child processes can import."""

import hashlib
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
FPS = 10
WITH_A_FACE = 15.25  # seconds of the film that `film_picture` reads
WITHOUT_A_FACE = 7.25

Picture = tuple[int, int, int] | NDArray[np.uint8]  # of one colour, 64 pixels high and 96 wide, or any


def tone(hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    """Return a tone with overtones, in samples."""
    time = np.arange(int(seconds * RATE)) / RATE
    waves = np.sum([np.sin(2 * np.pi * hertz * n * time) / n for n in (1, 2, 3)], axis=0)
    return np.asarray(waves / 4, np.float32)


def film_picture(shared: Path, seconds: float) -> NDArray[np.uint8]:
    """Return a picture of a real film, uint8 (332, 800, 3), red, green and blue."""
    with av.open(str(shared / "media" / "tears-of-steel-battle-clip-medium.webm")) as container:
        container.seek(int(seconds * av.time_base))
        frame = next(each for each in container.decode(video=0) if each.time >= seconds)
        return np.asarray(frame.to_ndarray(format="rgb24"))


def write_clip(path: Path, sound: NDArray[np.float32] | None, pictures: Sequence[Picture]) -> bytes:
    """Write an MP4 file with a sound and pictures, all of one size; return its content."""
    with av.open(str(path), "w", format="mp4") as container:
        drawn = [np.full((64, 96, 3), each, np.uint8) if isinstance(each, tuple) else each for each in pictures]
        if drawn:
            video = container.add_stream("libx264", FPS, options={"preset": "ultrafast"})
            video.height, video.width = drawn[0].shape[:2]
            video.pix_fmt = "yuv420p"
        if sound is not None:
            audio = container.add_stream("aac", RATE, layout="mono")
        for number, picture in enumerate(drawn):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        if drawn:
            container.mux(video.encode(None))
        if sound is not None:
            samples = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
            samples.sample_rate = RATE
            container.mux(audio.encode(samples))
            container.mux(audio.encode(None))
    return path.read_bytes()


def stored_clip(release: Path, sound: NDArray[np.float32] | None, pictures: Sequence[Picture]) -> str:
    """Write a clip into a release under the sha256 of its content; return its name in the rows."""
    (release / "clips").mkdir(exist_ok=True)
    content = write_clip(release / "clips" / "unfinished", sound, pictures)
    name = f"clips/{hashlib.sha256(content).hexdigest()}.mp4"
    (release / "clips" / "unfinished").rename(release / name)
    return name


def crash(_clip: bytes) -> None:
    """End the process, as a decoder does that a damaged clip crashes."""
    os._exit(1)


def threads(_clip: bytes) -> str | None:
    """Return how many threads the process lets a library have."""
    return os.environ.get("OMP_NUM_THREADS")
