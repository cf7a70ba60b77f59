from pathlib import Path

import numpy as np
import pytest

from corpus.media.playback.marks import find_shots, find_silences
from corpus.media.probe.media_probe import probe
from tests.corpus.media.conftest import AAC, H264, Make


def test_shot_changes_are_found_at_their_frame(make: Make, ffmpeg: Path) -> None:
    parts = " ".join(f"-f lavfi -i color=c={colour}:s=320x180:r=25:d=2" for colour in ("red", "white", "black"))
    source = make("shots.mp4", f"{parts} -filter_complex [0][1][2]concat=n=3 {H264}")
    assert find_shots(source, found=probe(source), ffmpeg=ffmpeg) == [2000, 4000]


def test_a_film_without_a_picture_has_no_shots(make: Make, ffmpeg: Path) -> None:
    source = make("sound.m4a", f"-f lavfi -i sine=duration=2 {AAC}")
    assert find_shots(source, found=probe(source), ffmpeg=ffmpeg) == []


@pytest.mark.parametrize("loud", [100, 12], ids=["loud", "quiet"])
def test_silences_follow_the_loudness_of_the_recording(loud: int) -> None:
    pairs = np.zeros((500, 2), np.int8)
    for start, end in ((50, 200), (230, 300), (305, 450)):  # 50 ms are too short for a silence
        pairs[start:end] = [-loud, loud]
    assert find_silences(pairs.tobytes()) == [(0, 500), (2000, 2300), (4500, 5000)]


def test_no_sound_has_no_silences() -> None:
    assert find_silences(b"") == []
