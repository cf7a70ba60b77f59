from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from corpus.media.cut.clips import CutClip, Span, cut_clips
from corpus.media.playback.playable_file import make_playable
from corpus.media.playback.waveform_peaks import make_peaks
from corpus.media.probe.media_probe import Probe, probe
from tests.corpus.media import counted
from tests.corpus.media.conftest import PICTURE, SOUND, Make

FIRST = "-f lavfi -i sine=frequency=440:sample_rate=48000:duration=6"  # a commentary that starts first


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("numbered") / "film.mp4"
    return counted.film(path, frames=150, rate=Fraction(25), gop=25)


@pytest.mark.parametrize("ending", ["mkv", "mp4", "ts"])
@pytest.mark.parametrize("lead_ms", [250, 1500])
def test_a_left_out_track_that_starts_first_moves_nothing(
    make: Make, numbered: Path, tmp_path: Path, ffmpeg: Path, ending: str, lead_ms: int
) -> None:
    streams = "-map 0:v -map 0:a -map 1:a -c:v copy -c:a aac -disposition:a:0 default -disposition:a:1 0"
    source = make(f"led-{lead_ms}.{ending}", f"-itsoffset {lead_ms / 1000} -i {numbered} {FIRST} {streams}")
    found = probe(source)
    assert found.video
    assert found.video.start_ms == pytest.approx(lead_ms, abs=50)
    playable = make_playable(source, tmp_path / "p.mp4", found=found, ffmpeg=ffmpeg, audio=found.audio[0].index)
    assert playable.found.video
    assert playable.found.video.start_ms == pytest.approx(found.video.start_ms, abs=1)
    assert shown(playable.path, found.video.start_ms + 1000, tmp_path) == list(range(25, 50))
    assert first_sound_ms(playable.path, playable.found, tmp_path, ffmpeg) == pytest.approx(
        found.audio[0].start_ms, abs=40
    )


def shown(playable: Path, start_ms: int, folder: Path) -> list[int]:
    """Return the numbers of the frames of one second."""
    (clip,) = cut_clips(playable, [Span("one", start_ms, start_ms + 1000)], folder)
    assert isinstance(clip, CutClip)
    return counted.numbers(clip.path)


def first_sound_ms(playable: Path, found: Probe, folder: Path, ffmpeg: Path) -> int:
    make_peaks(playable, folder / "peaks", found=found, ffmpeg=ffmpeg)
    highest = np.frombuffer((folder / "peaks").read_bytes(), np.int8).reshape(-1, 2)[:, 1]
    return int(np.argmax(highest > 2)) * 10


@pytest.mark.parametrize("hdr", ["smpte2084", "arib-std-b67"])
def test_hdr_is_mapped_to_the_brightness_of_ordinary_screens(
    make: Make, tmp_path: Path, ffmpeg: Path, hdr: str
) -> None:
    white = "-f lavfi -i color=c=white:size=320x180:rate=5:duration=2"
    # white at 203 cd/m2, as both systems code the white of graphics (ITU-R BT.2408, table 1)
    code = {"smpte2084": 0.58, "arib-std-b67": 0.75}[hdr]
    coded = f"{white} -vf format=yuv420p10le,lutyuv=y={64 + round(876 * code)}:u=512:v=512"
    style = f"-c:v libx265 -x265-params log-level=error:transfer={hdr}:colorprim=bt2020:colormatrix=bt2020nc"
    source = make(f"{hdr}.mp4", f"{coded} {style}")
    found = probe(source)
    assert found.video
    assert found.video.hdr
    playable = make_playable(source, tmp_path / "p.mp4", found=found, ffmpeg=ffmpeg)
    assert playable.found.video
    assert not playable.found.video.hdr
    assert 205 < luma(playable.path) < 230  # passed on unchanged: 144 and 180


def luma(path: Path) -> float:
    with av.open(str(path)) as opened:
        return float(next(opened.decode(video=0)).to_ndarray(format="gray").mean())


def test_a_copied_picture_is_not_taken_for_hdr(make: Make) -> None:
    found = probe(make("plain.mp4", f"{PICTURE.format(1)} {SOUND.format(1)} -c:v libx264 -pix_fmt yuv420p -c:a aac"))
    assert found.video
    assert not found.video.hdr
