import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.playback import windows
from corpus.media.playback.playable_file import make_playable
from corpus.media.playback.windows import join, make_sound, make_windows, windows_of
from corpus.media.probe.media_probe import Probe, probe
from corpus.media.sandbox.runner import follow
from tests.corpus.media import counted
from tests.corpus.media.conftest import Make, film

pytestmark = pytest.mark.slow

RATE = 25
UNEVEN = [at * 40 + (17 if at % 3 else 0) for at in range(300)]


@pytest.fixture(autouse=True)
def _short_windows() -> Iterator[None]:
    with patch.object(windows, "WINDOW_MS", 4000), patch.object(windows, "SHORTEST_MS", 1000):
        yield


def hevc(ffmpeg: Path, source: Path, target: Path, *options: str) -> Path:
    """Encode with open groups of pictures, so that pictures refer across the seams."""
    style = "-c:v libx265 -preset ultrafast -crf 10 -x265-params log-level=none:open-gop=1:keyint=60 -c:a copy"
    argv = [str(ffmpeg), "-loglevel", "error", "-i", str(source), *style.split(), *options, str(target)]
    subprocess.run(argv, check=True, timeout=60)
    return target


def made(source: Path, folder: Path, ffmpeg: Path) -> tuple[Probe, int]:
    found = probe(source)
    folder.mkdir(exist_ok=True)
    make_sound(source, folder, found=found, ffmpeg=ffmpeg)
    return found, list(make_windows(source, folder, found=found, ffmpeg=ffmpeg))[-1]


@pytest.mark.parametrize(
    ("times", "delay"), [(None, []), (UNEVEN, ["-output_ts_offset", "2.5"])], ids=["even", "uneven, starting late"]
)
def test_joined_windows_are_the_file_that_is_made_as_a_whole(
    ffmpeg: Path, tmp_path: Path, times: list[int] | None, delay: list[str]
) -> None:
    given = counted.film(tmp_path / "given.mp4", frames=300, rate=Fraction(RATE), gop=60, times=times)
    source = hevc(ffmpeg, given, tmp_path / "source.mkv", *delay)
    found, count = made(source, tmp_path / "windows", ffmpeg)
    assert count == len(windows_of(found)) == 3
    joined = join(tmp_path / "windows", tmp_path / "joined.mp4", found=found, count=count)
    whole = make_playable(source, tmp_path / "whole.mp4", found=found, ffmpeg=ffmpeg)

    assert counted.numbers(joined.path) == counted.numbers(whole.path) == list(range(300))
    assert counted.picture_times(joined.path) == counted.picture_times(whole.path)
    assert np.array_equal(counted.sound(joined.path), counted.sound(whole.path))


def test_a_part_ends_with_its_window(ffmpeg: Path, tmp_path: Path) -> None:
    given = counted.film(tmp_path / "given.mp4", frames=300, rate=Fraction(RATE), gop=60)
    source = hevc(ffmpeg, given, tmp_path / "source.mkv")
    found, _ = made(source, tmp_path / "windows", ffmpeg)
    part = join(tmp_path / "windows", tmp_path / "part.mp4", found=found, count=1)
    assert counted.numbers(part.path) == list(range(100))
    assert abs(part.found.duration_ms - 4000) <= 50
    assert abs(len(counted.sound(part.path)) - 4 * counted.RATE) <= 2 * 1024


def test_an_interrupted_conversion_goes_on_and_gives_the_same_film(ffmpeg: Path, tmp_path: Path) -> None:
    given = counted.film(tmp_path / "given.mp4", frames=300, rate=Fraction(RATE), gop=60)
    source = hevc(ffmpeg, given, tmp_path / "source.mkv")
    found, _ = made(source, tmp_path / "calm", ffmpeg)
    calm = join(tmp_path / "calm", tmp_path / "calm.mp4", found=found, count=3)

    folder = tmp_path / "killed"
    folder.mkdir()
    make_sound(source, folder, found=found, ffmpeg=ffmpeg)
    with closing(make_windows(source, folder, found=found, ffmpeg=ffmpeg)) as first_run:
        next(first_run)
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    made(source, folder, ffmpeg)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # nothing was encoded twice
    again = join(folder, tmp_path / "again.mp4", found=found, count=3)
    assert again.path.read_bytes() == calm.path.read_bytes()


def test_the_same_pictures_give_the_same_bytes_on_every_run(ffmpeg: Path, make: Make, tmp_path: Path) -> None:
    # libx264's thread for the lookahead gave other bytes in every other run with this film
    picture = "-f lavfi -i testsrc2=size=160x90:rate=10:duration=300,hue=h=270 -pix_fmt yuv420p"
    source = make("long.mkv", f"{picture} -c:v libx265 -preset ultrafast -x265-params log-level=none -g 50")
    target = tmp_path / "encoded.mp4"
    made = set()
    for _ in range(4):
        subprocess.run(
            commands.window(ffmpeg, source, target, video=0, start_ms=0, end_ms=None),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        made.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(made) == 1


def test_two_attempts_at_once_leave_a_whole_film(ffmpeg: Path, tmp_path: Path) -> None:
    """The machine slept beyond a lease: the next attempt begins and ends in the middle of the first one's window."""
    given = counted.film(tmp_path / "given.mp4", frames=300, rate=Fraction(RATE), gop=60)
    source, folder = hevc(ffmpeg, given, tmp_path / "source.mkv"), tmp_path / "windows"
    encode, others = follow, [True, True]  # of the sound, and of the first window

    def interrupted(*args: Any, **options: Any) -> None:
        encode(*args, **options)
        if others:
            others.pop()
            made(source, folder, ffmpeg)

    with patch.object(windows, "follow", interrupted):
        found, count = made(source, folder, ffmpeg)
    assert (others, count) == ([], 3)
    joined = join(folder, tmp_path / "joined.mp4", found=found, count=count)
    assert counted.numbers(joined.path) == list(range(300))
    assert sorted(path.name for path in folder.iterdir()) == [
        "sound.mp4",
        *(f"window-00{number}.mp4" for number in range(3)),
    ]


def test_windows_that_do_not_fit_are_refused(ffmpeg: Path, make: Make, tmp_path: Path) -> None:
    source = hevc(ffmpeg, make("twelve.mp4", film(12)), tmp_path / "source.mkv")
    found, _ = made(source, tmp_path / "windows", ffmpeg)
    (tmp_path / "windows/window-001.mp4").unlink()
    (tmp_path / "windows/window-002.mp4").rename(tmp_path / "windows/window-001.mp4")
    with pytest.raises(MediaFault) as fault:
        join(tmp_path / "windows", tmp_path / "joined.mp4", found=found, count=2)
    assert fault.value.code == "media.output_wrong"
    assert not (tmp_path / "joined.mp4").exists()


def test_what_browsers_play_is_made_as_a_whole(make: Make) -> None:
    assert windows_of(probe(make("twelve.mp4", film(12)))) == []
