"""Films of a script: a voice of harmonics under formants, and a drawn face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.generated_media.script import NAMES, PITCHES, SYLLABLES, Said

RATE = 16_000
FPS = 6
WIDTH, HEIGHT = 320, 240
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240), (530, 1840, 2480))  # Hz, formants
NOISE = 0.01
GRAIN = np.random.default_rng(0).normal(0, 2, (2 * HEIGHT, 2 * WIDTH, 1)).astype(np.float32)  # of all pictures

Doubles = NDArray[np.float64]
Picture = NDArray[np.uint8]


def write_film(said: Sequence[Said], path: Path, seed: int) -> None:
    """Write an MP4 file with the sound and the pictures of a script."""
    import av

    random = np.random.default_rng(seed)
    seconds = said[-1].end_ms / 1000 + 1
    samples = soundtrack(said, seconds, random)
    unfinished = path.with_suffix(".unfinished")
    with av.open(str(unfinished), "w", format="mp4", options={"movflags": "faststart"}) as container:
        video = container.add_stream("libx264", FPS, options={"preset": "ultrafast", "crf": "20"})
        video.width, video.height, video.pix_fmt, video.gop_size = WIDTH, HEIGHT, "yuv420p", 2 * FPS
        audio = container.add_stream("aac", RATE, layout="mono")
        for number, picture in enumerate(pictures(said, seconds, random)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        for start in range(0, len(samples), 1024):
            sound = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
            sound.sample_rate, sound.pts = RATE, start
            container.mux(audio.encode(sound))
        container.mux(audio.encode(None))
    unfinished.rename(path)


def soundtrack(said: Sequence[Said], seconds: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Return the sound: the voices, and a little noise everywhere."""
    samples = NOISE * random.normal(size=int(seconds * RATE))
    for each in said:
        voice = spoken(each, random)
        start = each.start_ms * RATE // 1000
        samples[start : start + len(voice)] += voice
    return np.asarray(np.clip(samples, -1, 1), np.float32)


def spoken(each: Said, random: np.random.Generator) -> Doubles:
    """Return the voice of an utterance: pitch by its `voice`, syllables per second by its second sign."""
    count = (each.end_ms - each.start_ms) * RATE // 1000
    time = np.arange(count) / RATE
    speaker = NAMES.index(each.speaker)
    pitch = random.uniform(*PITCHES[each.voice]) * (1 + 0.06 * np.sin(2 * np.pi * random.uniform(0.5, 2) * time))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    rate = SYLLABLES[each.signs[1]] * random.uniform(0.9, 1.1)
    place = rate * time + random.uniform(0, 0.3)
    envelope = np.sin(np.pi * (place % 1)) ** 1.5 * random.uniform(0.15, 0.3)
    vowels = random.integers(0, len(VOWELS), int(place[-1]) + 1)
    formants = np.array(VOWELS)[vowels][place.astype(int)] * (0.9 + 0.04 * speaker)
    found = np.zeros(count)
    for harmonic in range(1, 25):
        hertz = harmonic * pitch
        heights = sum(np.exp(-(((hertz - formants[:, number]) / 180) ** 2)) for number in range(3))
        found += (heights + 0.05) / harmonic**0.5 * np.sin(harmonic * phase) * (hertz < RATE / 2)
    return np.asarray(found * envelope / 3)


def pictures(said: Sequence[Said], seconds: float, random: np.random.Generator) -> Iterator[Picture]:
    """Yield the pictures: the face of whoever speaks, which moves a little; between utterances an empty room."""
    room = _room(random)
    remaining = list(said)
    drawn: tuple[Said, _Face] | None = None
    for number in range(int(seconds * FPS)):
        at = 1000 * number / FPS
        while remaining and remaining[0].end_ms <= at:
            remaining.pop(0)
        if not remaining or remaining[0].start_ms > at + 500 / FPS:  # a clip begins on a whole frame around its span
            yield room
            continue
        if drawn is None or drawn[0] is not remaining[0]:
            drawn = remaining[0], _Face(remaining[0], random)
            room = _room(random)
        yield drawn[1].drawn(room, random)


class _Face:
    """A face whose mouth is turned up or down, and whose brows are slanted or level by the third sign."""

    def __init__(self, each: Said, random: np.random.Generator) -> None:
        self.mouth, self.brows = each.face, each.signs[2]
        self.middle = np.array([WIDTH / 2, HEIGHT / 2]) + random.uniform(-25, 25, 2)
        self.scale = random.uniform(0.85, 1.1)
        hue = NAMES.index(each.speaker) / len(NAMES)
        self.skin = np.array([230 - 60 * hue, 190 - 60 * hue, 160 - 50 * hue]) + random.uniform(-12, 12, 3)

    def drawn(self, room: Picture, random: np.random.Generator) -> Picture:
        """Return the face in front of a room."""
        found = room.astype(np.float32)
        middle = self.middle + random.uniform(-3, 3, 2)
        x = (np.arange(WIDTH)[None] - middle[0]) / self.scale
        y = (np.arange(HEIGHT)[:, None] - middle[1]) / self.scale
        found[(x / 75) ** 2 + (y / 95) ** 2 < 1] = self.skin
        for side in (-1, 1):
            eye = x - side * 30
            found[(eye / 11) ** 2 + ((y + 25) / 7) ** 2 < 1] = (250, 250, 250)
            found[(eye / 5) ** 2 + ((y + 25) / 5) ** 2 < 1] = (30, 30, 40)
            slant = 0.55 * side * eye * (1 if self.brows else 0)
            found[(np.abs(eye) < 20) & (np.abs(y + 48 + slant) < 4.5)] = (50, 30, 20)
        bend = (1 if self.mouth else -1) * 16 * (1 - (x / 38) ** 2)
        opened = random.uniform(4, 8)
        found[(np.abs(x) < 38) & (np.abs(y - 48 - bend + 8 * (1 if self.mouth else -1)) < opened)] = (150, 30, 40)
        top, left = random.integers(0, (HEIGHT, WIDTH))
        return np.asarray(np.clip(found + GRAIN[top : top + HEIGHT, left : left + WIDTH], 0, 255), np.uint8)


def _room(random: np.random.Generator) -> Picture:
    left, right = random.uniform(30, 200, (2, 3))
    share = np.linspace(0, 1, WIDTH)[None, :, None]
    return np.asarray(np.broadcast_to(left + share * (right - left), (HEIGHT, WIDTH, 3)), np.uint8)
