"""Videos that show the number of each frame as black and white blocks, with noise as audio.

So a cut can be checked to the frame by reading the numbers back, and to the sample by correlating with the source.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT, BLOCK, BITS = 192, 96, 16, 12
RATE = 48_000


def film(path: Path, *, frames: int, rate: Fraction, gop: int, times: list[int] | None = None) -> Path:
    """Write the video; `times` in ms places the frames unevenly."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as output:
        style = {"preset": "veryfast", "g": str(gop), "bf": "2", "sc_threshold": "0"}
        video: Any = output.add_stream("libx264", rate=rate, options=style)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        voice: Any = output.add_stream("aac", rate=RATE, layout="stereo")
        if times:
            video.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(_picture(number), format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = (times[number], Fraction(1, 1000)) if times else (number, 1 / rate)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        seconds = times[-1] / 1000 if times else frames / rate
        _speak(output, voice, _noise(int(seconds * RATE)))
    return path


def numbers(path: Path) -> list[int]:
    """Return the frame numbers of a video or clip."""
    with av.open(str(path)) as source:
        return [_number(frame.to_ndarray(format="gray").astype(np.uint8)) for frame in source.decode(video=0)]


def picture_times(path: Path) -> list[int]:
    """Return the times of the pictures in ms."""
    with av.open(str(path)) as source:
        return [round(1000 * (frame.time or 0)) for frame in source.decode(video=0)]


def sound(path: Path) -> npt.NDArray[np.float64]:
    """Return the left channel."""
    with av.open(str(path)) as source:
        return np.concatenate([frame.to_ndarray()[0] for frame in source.decode(audio=0)]).astype(float)


def lag(clip: npt.NDArray[np.float64], source: npt.NDArray[np.float64], start_ms: float) -> int:
    """Return by how many samples `clip` lies behind `source` from `start_ms` on; at most 2000 either way."""
    at, length = round(start_ms * RATE / 1000), len(clip)
    around = source[max(0, at - 2000) : at + length + 2000]
    size = 1 << (len(around) + length).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(clip, size)), size)
    return min(at, 2000) - int(np.argmax(likeness[: len(around)]))


def _picture(number: int) -> npt.NDArray[np.uint8]:
    picture = np.full((HEIGHT, WIDTH), 96, np.uint8)
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 235 if number >> bit & 1 else 16
    picture[BLOCK:] += np.uint8(number % 64)
    return picture


def _number(picture: npt.NDArray[np.uint8]) -> int:
    scale = picture.shape[1] / WIDTH
    middle = [int((bit + 0.5) * BLOCK * scale) for bit in range(BITS)]
    return sum(int(picture[int(BLOCK * scale / 2), at] > 128) << bit for bit, at in enumerate(middle))


def _noise(samples: int) -> npt.NDArray[np.int16]:
    rough = np.random.default_rng(7).normal(0, 4000, samples + 8)
    smooth = np.convolve(rough, np.ones(8) / 8, "valid")[:samples]  # what a lossy codec keeps
    return smooth.astype(np.int16)


def _speak(output: Any, voice: Any, samples: npt.NDArray[np.int16]) -> None:
    for at in range(0, len(samples), 1024):
        both = np.repeat(samples[at : at + 1024], 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
        frame.rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        output.mux(voice.encode(frame))
    output.mux(voice.encode(None))
