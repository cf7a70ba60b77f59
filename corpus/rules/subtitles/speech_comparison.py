"""Subtitles beside the speech that was detected in the sound: what has no counterpart, and how the times are off.

The proposal maximises the correlation of two signals of -1 and 1 over time, speech in the sound and cues of speech, as
programs for synchronising subtitles do. The rate is first one of the ratios between usual frame rates, then refined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Span = tuple[int, int]
Signal = npt.NDArray[np.float64]

BIN_MS = 40
FILM, PAL, NTSC = 24.0, 25.0, 24000 / 1001
RATES = (1.0, FILM / PAL, PAL / FILM, NTSC / PAL, PAL / NTSC, NTSC / FILM, FILM / NTSC)
FINE = ((0.0004, 5), (0.0001, 4))  # steps around the best rate, and how many to either side; each pass begins anew
PLAIN = 0.985  # of the best correlation; what no stretch reaches is enough then, since few cues fit many rates
MOST_SHIFT_MS = 120_000
LEAST_SPANS = 8  # fewer cues fit anywhere
LEAST_GAIN = 0.05  # of the share of cue time with speech; less is no reason to move anything
LEAST_SHARE = 0.5  # a proposal after which most cues still have no speech is none
SILENT_SHARE = 0.1  # a cue with less speech than this has none
LEAST_SPEECH_MS = 700  # shorter speech without a cue is a breath or a short word
EDGE_MS = 300  # a cue may begin or end so much beside the speech


@dataclass(frozen=True)
class Comparison:
    """Cues beside speech.

    Attributes:
        share: of the time of the cues that holds speech, 0 to 1.
        silent: indices of the cues without speech.
        uncovered: speech without a cue, in ms.
    """

    share: float
    silent: list[int]
    uncovered: list[Span]


@dataclass(frozen=True)
class Proposal:
    """A shift and stretch: time in the recording = present time x rate + offset.

    Attributes:
        before, after: share of the time of the cues that holds speech.
        drift_ms: how far the subtitles run off from the first to the last cue.
    """

    rate: float
    offset_ms: int
    before: float
    after: float
    drift_ms: int

    @property
    def before_percent(self) -> int:
        return round(100 * self.before)

    @property
    def after_percent(self) -> int:
        return round(100 * self.after)


def compare(cues: Sequence[Span], speech: Sequence[Span]) -> Comparison:
    """Compare the times of cues with those of speech.

    Args:
        cues: start and end in ms, in any order.
        speech: by start, without overlaps.
    """
    spoken = _Cover(speech)
    silent = [
        at for at, (start, end) in enumerate(cues)
        if spoken.within(start - EDGE_MS, end + EDGE_MS) < SILENT_SHARE * max(1, end - start)
    ]  # fmt: skip
    total = sum(end - start for start, end in cues)
    share = sum(spoken.within(start, end) for start, end in cues) / total if total else 0.0
    subtitled = _Cover(_merged((start - EDGE_MS, end + EDGE_MS) for start, end in cues))
    uncovered = [
        (start, end) for start, end in speech
        if (left := end - start - subtitled.within(start, end)) >= LEAST_SPEECH_MS and left * 2 >= end - start
    ]  # fmt: skip
    return Comparison(share, silent, uncovered)


def propose(cues: Sequence[Span], speech: Sequence[Span]) -> Proposal | None:
    """Return the shift and stretch by which the cues fit the speech best, or None if they fit or nothing does.

    Args:
        cues: start and end in ms, of cues of speech.
        speech: by start, without overlaps.
    """
    if len(cues) < LEAST_SPANS or not speech:
        return None
    before = compare(cues, speech).share
    sound = _Sound(speech, last=max(end for _, end in cues))
    rate = max(RATES, key=lambda each: sound.best(cues, each)[0])
    for step, count in FINE:
        rates = [rate * (1 + number * step) for number in range(-count, count + 1)]
        rate = max(rates, key=lambda each: sound.best(cues, each)[0])
    if sound.best(cues, 1.0)[0] >= PLAIN * sound.best(cues, rate)[0]:
        rate = 1.0
    _score, offset_ms = sound.best(cues, rate)
    moved = [(round(start * rate) + offset_ms, round(end * rate) + offset_ms) for start, end in cues]
    after = compare(moved, speech).share
    if after < before + LEAST_GAIN or after < LEAST_SHARE:
        return None
    first, last = min(start for start, _ in cues), max(end for _, end in cues)
    return Proposal(round(rate, 6), offset_ms, before, after, round((rate - 1) * (last - first)))


class _Cover:
    """Return the share of a span that others cover."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.starts = np.array([start for start, _ in spans], dtype=np.int64)
        self.ends = np.array([end for _, end in spans], dtype=np.int64)

    def within(self, start: int, end: int) -> int:
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        if last <= first:
            return 0
        inside = np.minimum(self.ends[first:last], end) - np.maximum(self.starts[first:last], start)
        return int(inside.sum())


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _signal(spans: Sequence[Span], duration_ms: int, rate: float = 1.0) -> Signal:
    """Return -1 and 1 for each bin, without its mean."""
    steps = np.zeros(int(duration_ms * max(rate, 1.0)) // BIN_MS + 2)
    for start, end in spans:
        at, to = (min(max(round(ms * rate / BIN_MS), 0), len(steps) - 1) for ms in (start, end))
        steps[at] += 1
        steps[to] -= 1
    signal = np.where(np.cumsum(steps) > 0, 1.0, -1.0)
    return signal - float(signal.mean())


class _Sound:
    """The signal of the speech, transformed once."""

    def __init__(self, speech: Sequence[Span], *, last: int) -> None:
        signal = _signal(speech, max(speech[-1][1], last))
        longest = len(signal) + int(last * max(RATES) * 1.01) // BIN_MS + 2
        self.size = 1 << int(np.ceil(np.log2(longest)))
        self.transformed = np.fft.rfft(signal, self.size)
        most = MOST_SHIFT_MS // BIN_MS
        self.lags = np.concatenate([np.arange(0, most + 1), np.arange(-most, 0)])

    def best(self, cues: Sequence[Span], rate: float) -> tuple[float, int]:
        """Return the highest correlation of cues over all shifts, and that shift in ms."""
        subtitles = _signal(cues, max(end for _, end in cues), rate)
        product = np.fft.irfft(self.transformed * np.conj(np.fft.rfft(subtitles, self.size)), self.size)
        scores = product[self.lags % self.size] - 1e-6 * np.abs(self.lags)
        at = int(np.argmax(scores))
        return float(scores[at] / np.sqrt(len(subtitles))), int(self.lags[at]) * BIN_MS
