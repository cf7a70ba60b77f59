from pathlib import Path

import numpy as np
import pytest

from corpus.media.playback.waveform_peaks import make_peaks, peaks
from corpus.media.probe.media_probe import probe
from tests.corpus.media.conftest import AAC, H264, PICTURE, Make


def drawn(source: Path, folder: Path, ffmpeg: Path) -> np.ndarray:
    target = folder / "episode.peaks"
    count = make_peaks(source, target, found=probe(source), ffmpeg=ffmpeg)
    pairs = np.frombuffer(target.read_bytes(), np.int8).reshape(-1, 2)
    assert len(pairs) == count
    return pairs


def test_lowest_and_highest_of_each_hundredth() -> None:
    samples = np.zeros(320, "<i2")
    samples[[3, 159]] = [-32768, 12800]
    samples[200] = 32767
    assert peaks(samples.tobytes()) == np.array([-128, 50, 0, 127], np.int8).tobytes()


def test_audio_after_silence_begins_at_the_right_peak(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    words = "-f lavfi -i aevalsrc=exprs='if(gte(t\\,2)\\,0.5*sin(2500*t)\\,0)':sample_rate=48000:duration=4 -c:a aac"
    pairs = drawn(make("s.m4a", words), tmp_path, ffmpeg)
    assert len(pairs) == pytest.approx(400, abs=3)
    assert np.abs(pairs[:195].astype(int)).max() <= 2
    assert pairs[205:395, 1].min() >= 40
    assert pairs[205:395, 0].max() <= -40


def test_audio_that_starts_late_is_drawn_late(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    words = f"{PICTURE.format(3)} -itsoffset 1 -f lavfi -i sine=frequency=440:duration=2 {H264} {AAC}"
    pairs = drawn(make("late.mp4", words), tmp_path, ffmpeg)
    assert np.abs(pairs[:98].astype(int)).max() <= 1
    assert pairs[105:290, 1].min() >= 10


def test_without_audio_the_file_is_empty(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    assert drawn(make("silent.mp4", f"{PICTURE.format(1)} {H264}"), tmp_path, ffmpeg).tolist() == []
