"""The waveform for the pages: the lowest and the highest sample of each hundredth of a second.

The file has no header: two signed bytes (lowest, highest; -128..127) for each 10 ms from the start of the episode. A
page reads it as `new Int8Array(await response.arrayBuffer())`. 45 minutes are 540 kB. Without sound it is empty.
"""

import contextlib
from pathlib import Path

import numpy as np

from corpus.media.atomic_file import atomic_write
from corpus.media.ffmpeg import commands
from corpus.media.probe.media_probe import Probe
from corpus.media.sandbox.runner import Progress, for_length, stream

RATE = 16_000
PER_SECOND = 100
SAMPLES = RATE // PER_SECOND
BIN_BYTES = 2 * SAMPLES


def make_peaks(source: Path, target: Path, *, found: Probe, ffmpeg: Path, progress: Progress | None = None) -> int:
    """Write the peaks of the first audio track of `source`; return the number of hundredths of a second.

    Args:
        found: the probe of `source`, the playable file.
        progress: called with (done ms, total ms) after about every two seconds of audio read.

    Raises:
        MediaFault: those of `runner.stream`; no file is left then.
    """
    count = 0
    with atomic_write(target) as unfinished, unfinished.open("wb") as file:
        if found.audio:
            command = commands.samples(ffmpeg, source, audio=found.audio[0].index, rate=RATE)
            limits = for_length(found.duration_ms, per_second=1.0)
            rest = b""
            with contextlib.closing(stream(command, limits=limits, reads=[source.absolute()])) as chunks:
                for chunk in chunks:
                    rest += chunk
                    full = len(rest) // BIN_BYTES
                    file.write(peaks(rest[: full * BIN_BYTES]))
                    rest = rest[full * BIN_BYTES :]
                    count += full
                    if progress:
                        progress(min(count * 1000 // PER_SECOND, found.duration_ms), found.duration_ms)
    return count


def peaks(samples: bytes) -> bytes:
    """Return (lowest, highest) as signed bytes for each complete hundredth in 16-bit mono `samples` at `RATE`."""
    bins = np.frombuffer(samples, "<i2").reshape(-1, SAMPLES)
    extremes = np.stack([bins.min(axis=1), bins.max(axis=1)], axis=1)
    return (extremes >> 8).astype(np.int8).tobytes()
