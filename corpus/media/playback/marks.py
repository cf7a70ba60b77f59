"""Marks for the timeline editor: changes of shot in the picture, and silences in the sound.

Shot changes are the frames whose difference from the frame before exceeds a threshold (the `scene` score of ffmpeg's
filter `select`). Silences come from the peaks: the loudness below which a hundredth is silent follows the recording.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import numpy as np

from corpus.media.ffmpeg import commands
from corpus.media.playback.waveform_peaks import PER_SECOND
from corpus.media.probe.media_probe import Probe
from corpus.media.sandbox.runner import Progress, for_length, lines, stream

SHOT_SCORE = 0.3  # from 0 to 1; ffmpeg's documentation calls 0.3 to 0.5 sensible
DECODE_CPU = 2.0  # CPU seconds per second of media
SHORTEST_SILENCE_MS = 150
LOUD_SHARE = 0.08  # of the loud parts (95th percentile); quieter hundredths are silent
QUIETEST = 2  # of 128: noise of the coding itself


def find_shots(source: Path, *, found: Probe, ffmpeg: Path, progress: Progress | None = None) -> list[int]:
    """Return the first frames of all shots but the first one, in ms; none without a picture.

    Args:
        source: the playable file.
        found: its probe.
        ffmpeg: the program.
        progress: called with (done ms, total ms) at each change of shot.

    Raises:
        MediaFault: those of `runner.stream`.
    """
    if found.video is None:
        return []
    command = commands.shots(ffmpeg, source, video=found.video.index, score=SHOT_SCORE)
    limits = for_length(found.duration_ms, per_second=DECODE_CPU)
    shots = []
    with contextlib.closing(lines(stream(command, limits=limits, reads=[source.absolute()]))) as output:
        for line in output:
            if time := re.search(r"pts_time:([\d.]+)", line):
                shots.append(round(float(time[1]) * 1000))
                if progress:
                    progress(min(shots[-1], found.duration_ms), found.duration_ms)
    return sorted(set(shots))


def find_silences(peaks: bytes) -> list[tuple[int, int]]:
    """Return the silences in a file of peaks as (start, end) in ms.

    Args:
        peaks: pairs of lowest and highest sample of each hundredth of a second, see `waveform_peaks`.
    """
    pairs = np.frombuffer(peaks, np.int8).reshape(-1, 2).astype(np.int16)
    if not len(pairs):
        return []
    loudness = np.abs(pairs).max(axis=1)
    limit = max(QUIETEST, LOUD_SHARE * float(np.percentile(loudness, 95)))
    silent = np.concatenate([[False], loudness <= limit, [False]])
    edges = np.flatnonzero(silent[1:] != silent[:-1]) * (1000 // PER_SECOND)
    spans = edges.reshape(-1, 2)
    return [(int(start), int(end)) for start, end in spans if end - start >= SHORTEST_SILENCE_MS]
