from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from corpus.media.faults import MediaFault
from corpus.media.playback.reel import FRAME_MS, Reel
from tests.corpus.media import counted


def test_clips_follow_one_another_with_their_own_pictures_and_sound(ffmpeg: Path, tmp_path: Path) -> None:
    clips = [
        counted.film(tmp_path / f"{number}.mp4", frames=frames, rate=Fraction(rate), gop=250)
        for number, (frames, rate) in enumerate([(50, 25), (31, 25), (60, 30)])
    ]
    (tmp_path / "work").mkdir()
    reel = Reel(tmp_path / "work", ffmpeg=ffmpeg)
    for clip in clips:
        reel.add(clip)
    made = reel.join(tmp_path / "reel.mp4")

    assert [(part.start_ms, part.end_ms) for part in reel.parts] == [(0, 2000), (2000, 3240), (3240, 5240)]
    assert counted.picture_times(made.path) == list(range(0, 5240, FRAME_MS))
    numbers = counted.numbers(made.path)
    assert numbers[:81] == [*range(50), *range(31)]
    assert numbers[81] == 0
    assert numbers[-1] in {58, 59}  # 30 frames per second became 25
    assert abs(made.found.duration_ms - 5240) <= FRAME_MS
    voice, original = counted.sound(made.path), counted.sound(clips[1])
    at = counted.RATE * 2000 // 1000
    here = voice[at + 4800 : at + 4800 + 24_000]
    assert abs(counted.lag(here, original, 100)) <= 2 * 48  # 2 ms
    assert np.abs(here).mean() > 0.01


def test_a_clip_that_cannot_be_used_leaves_the_reel_as_it_was(ffmpeg: Path, tmp_path: Path) -> None:
    good = counted.film(tmp_path / "good.mp4", frames=25, rate=Fraction(25), gop=250)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(good.read_bytes()[:3000])
    (tmp_path / "work").mkdir()
    reel = Reel(tmp_path / "work", ffmpeg=ffmpeg)
    reel.add(good)
    with pytest.raises(MediaFault):
        reel.add(broken)
    reel.add(good)
    assert [(part.start_ms, part.end_ms) for part in reel.parts] == [(0, 1000), (1000, 2000)]
    assert counted.numbers(reel.join(tmp_path / "reel.mp4").path) == [*range(25), *range(25)]
