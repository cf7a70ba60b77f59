"""One forward pass over a playable file: its frames with the time each is on screen, and its audio as samples.

Used only by `cut_child`. All times are ms of the episode as floats, since frames do not start at whole ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from corpus.media.faults import MediaFault
from corpus.media.probe.allowed_formats import HARDENED, MAX_PIXELS

RATE = 48_000
CHANNELS = 2
RUN_UP_MS = 250  # the first samples of an audio decoder after a seek are wrong
WORTH_SEEKING_MS = 1000
DECODERS = ("h264", "aac")

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame and when it is on screen."""

    frame: Any
    start_ms: float
    end_ms: float


@dataclass(slots=True)
class Sound:
    """The samples read most recently: pieces of stereo at `RATE`, each with the number of its first sample."""

    pieces: list[tuple[int, Samples]] = field(default_factory=list)

    def add(self, first: int, samples: Samples) -> None:
        self.pieces.append((first, samples))

    def between(self, start_ms: float, end_ms: float) -> Samples:
        """Return the samples of a span, with silence for missing ones."""
        start, end = (round(at * RATE / 1000) for at in (start_ms, end_ms))
        span = np.zeros((end - start, CHANNELS), np.int16)
        for first, samples in self.pieces:
            lo, hi = max(start, first), min(end, first + len(samples))
            if lo < hi:
                span[lo - start : hi - start] = samples[lo - first : hi - first]
        return span

    def forget(self, before_ms: float) -> None:
        limit = before_ms * RATE / 1000
        self.pieces = [(first, samples) for first, samples in self.pieces if first + len(samples) > limit]


class Reel:
    """A playable file, read forwards from the position of `seek`."""

    def __init__(self, path: Path) -> None:
        self.container: Any = av.open(f"file:{path}", options=HARDENED)
        self.video: Any = next(iter(self.container.streams.video), None)
        self.audio: Any = next(iter(self.container.streams.audio), None)
        self.streams: list[Any] = [stream for stream in (self.video, self.audio) if stream]
        for stream in self.streams:
            if stream.codec_context.codec.name not in DECODERS:  # PyAV's decoder has no whitelist of its own
                raise MediaFault("media.codec_refused", codec=stream.codec_context.codec.name)
        if self.video:
            self.video.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
            self.video.thread_type = "AUTO"
        self.duration_ms = max(_ms(stream.duration, stream) + _ms(stream.start_time, stream) for stream in self.streams)
        self.frame_ms = 1000 / float(self.video.average_rate or 25) if self.video else 0.0
        self.sound = Sound()
        self.seek(0)

    def seek(self, to_ms: float) -> None:
        """Seek to a position from which everything from `to_ms` on will be read."""
        lead: Any = self.streams[0]
        at = max(0.0, to_ms - RUN_UP_MS) / 1000 / lead.time_base
        self.container.seek(int(at), stream=lead, backward=True)
        self.packets: Iterator[Any] = self.container.demux(self.streams)
        self.resampler: Any = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
        self.held: Any | None = None
        self.sound = Sound()
        self.sought_ms = to_ms
        self.seen_ms = self.heard_ms = float("-inf")
        self.ended = False

    @property
    def now_ms(self) -> float:
        """End of the frames returned so far; for a file without video, end of the sound read so far."""
        return self.seen_ms if self.video else self.heard_ms

    @property
    def read_ms(self) -> float:
        """End of the part that was read of both video and audio."""
        if self.ended:
            return float("inf")
        return min(self.seen_ms if self.video else float("inf"), self.heard_ms if self.audio else float("inf"))

    def worth_seeking(self, to_ms: float) -> bool:
        """Return whether a position for reading `to_ms` is so far ahead that seeking saves decoding."""
        if not self.video:
            return to_ms > max(self.heard_ms, self.sought_ms) + WORTH_SEEKING_MS
        entries = self.video.index_entries
        at = entries.search_timestamp(int(max(0.0, to_ms - RUN_UP_MS) / 1000 / self.video.time_base))
        return at >= 0 and _ms(entries[at].timestamp, self.video) > max(self.seen_ms, self.sought_ms) + WORTH_SEEKING_MS

    def step(self) -> list[Picture]:
        """Read one packet: its sound is added to `sound`, its frames are returned once their duration is known."""
        packet = next(self.packets, None)
        if packet is None:
            self.ended = True
            return self._last()
        try:
            frames = packet.decode()
        except av.FFmpegError:  # a damaged packet: the previous frame stays on screen
            return []
        if packet.stream is self.audio:
            for frame in frames:
                self._hear(frame)
            return []
        return [shown for frame in frames for shown in self._show(frame)]

    def _show(self, frame: Any) -> list[Picture]:
        if frame.pts is None:
            return []
        before, self.held = self.held, frame
        self.seen_ms = _ms(frame.pts, self.video)
        return [] if before is None else [Picture(before, _ms(before.pts, self.video), self.seen_ms)]

    def _last(self) -> list[Picture]:
        if self.held is None:
            return []
        start_ms, frame, self.held = _ms(self.held.pts, self.video), self.held, None
        self.seen_ms = start_ms + self.frame_ms
        return [Picture(frame, start_ms, self.seen_ms)]

    def _hear(self, frame: Any) -> None:
        for piece in self.resampler.resample(frame):
            first = round(float(piece.pts * piece.time_base) * RATE)
            samples = piece.to_ndarray().reshape(-1, CHANNELS)
            self.sound.add(first, samples)
            self.heard_ms = (first + len(samples)) * 1000 / RATE


def _ms(units: int | None, stream: Any) -> float:
    return float((units or 0) * stream.time_base * 1000)
