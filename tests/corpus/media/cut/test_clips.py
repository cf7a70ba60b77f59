from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import av
import pytest

from corpus.media.cut import clips
from corpus.media.cut.clips import CutClip, CutFault, Span, cut_clips
from corpus.media.faults import MediaFault
from corpus.media.playback.playable_file import make_playable
from corpus.media.probe.media_probe import probe
from corpus.media.sandbox import bubblewrap
from tests.corpus.media import counted
from tests.corpus.media.conftest import AAC, H264, PICTURE, SOUND, Make

FPS = {"25": Fraction(25), "24000-1001": Fraction(24000, 1001)}


@pytest.fixture(scope="module", params=["25", "24000-1001"])
def playable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Fraction]:
    rate = FPS[request.param]
    path = tmp_path_factory.mktemp("counted") / "playable.mp4"
    return counted.film(path, frames=int(20 * rate), rate=rate, gop=int(8 * rate)), rate


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "playable.mp4"
    return counted.film(path, frames=150, rate=Fraction(25), gop=25)


def cut_all(playable: Path, times: Sequence[tuple[int, int]], folder: Path) -> list[CutClip]:
    spans = [Span(f"{start}-{end}", start, end) for start, end in times]
    results = list(cut_clips(playable, spans, folder))
    assert [type(result) for result in results] == [CutClip] * len(times)
    return [result for result in results if isinstance(result, CutClip)]


def test_each_clip_holds_the_frames_and_samples_of_its_span(playable: tuple[Path, Fraction], tmp_path: Path) -> None:
    path, rate = playable
    frame_ms = float(1000 / rate)
    # from the first frame, within a GOP, over its edge, overlapping, far ahead, a frame long, up to the end
    times = [(0, 700), (1000, 2337), (2211, 4009), (7990, 8450), (15_003, 16_777), (17_010, 17_020), (19_120, 19_990)]
    source = counted.sound(path)
    for clip, (start, end) in zip(cut_all(path, times, tmp_path), times, strict=True):
        first, after = floor((start + 1) / frame_ms), min(int(20 * rate), ceil((end - 1) / frame_ms))
        assert counted.numbers(clip.path) == list(range(first, after)), clip
        assert (clip.frames, clip.start_ms, clip.end_ms) == (
            after - first,
            round(min(start, first * frame_ms)),
            round(max(min(end, 20_000 // frame_ms * frame_ms), after * frame_ms)),
        )
        assert abs(counted.lag(counted.sound(clip.path), source, min(start, first * frame_ms))) <= 1, clip


def test_a_clip_has_its_pictures_at_their_times(film: Path, tmp_path: Path) -> None:
    (clip,) = cut_all(film, [(1000, 2000)], tmp_path)
    with av.open(str(clip.path)) as opened:
        assert [round((frame.time or 0) * 1000) for frame in opened.decode(video=0)] == list(range(0, 1000, 40))


def test_a_second_run_reuses_complete_clips_and_cuts_the_others(film: Path, tmp_path: Path) -> None:
    times = [(0, 900), (1000, 1900), (2000, 2900)]
    first = cut_all(film, times, tmp_path)
    first[0].path.write_bytes(first[0].path.read_bytes()[:5000])
    first[1].path.unlink()
    again = cut_all(film, times, tmp_path)
    assert {clip.key: clip.reused for clip in again} == {"0-900": False, "1000-1900": False, "2000-2900": True}
    assert {clip.key: clip.sha256 for clip in again} == {clip.key: clip.sha256 for clip in first}
    assert sorted(path.name for path in tmp_path.iterdir()) == [clip.path.name for clip in first]


def test_a_span_past_the_end_is_a_fault_and_the_others_go_on(film: Path, tmp_path: Path) -> None:
    spans = [Span("late", 7000, 8000), Span("over", 5000, 6500), Span("good", 5000, 5900)]
    results = {result.key: result for result in cut_clips(film, spans, tmp_path)}
    assert isinstance(results["good"], CutClip)
    for key in ("late", "over"):
        result = results[key]
        assert isinstance(result, CutFault)
        assert (result.fault.code, result.fault.params["duration_ms"]) == ("media.past_end", 6000)


def test_spans_with_the_same_times_share_a_file(film: Path, tmp_path: Path) -> None:
    one, two = cut_clips(film, [Span("one", 100, 500), Span("two", 100, 500)], tmp_path)
    assert isinstance(one, CutClip)
    assert isinstance(two, CutClip)
    assert (one.key, two.key, one.path) == ("one", "two", two.path)


def test_a_span_that_ends_before_it_starts_is_a_mistake_of_the_caller(film: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a valid span"):
        list(cut_clips(film, [Span("x", 500, 500)], tmp_path))


def test_without_audio(make: Make, tmp_path: Path) -> None:
    (clip,) = cut_all(make("silent.mp4", f"{PICTURE.format(3)} {H264}"), [(400, 1200)], tmp_path)
    assert (clip.frames, clip.start_ms, clip.end_ms) == (20, 400, 1200)


def test_without_pictures(make: Make, tmp_path: Path) -> None:
    path = make("radio.mp4", f"-f lavfi -i anoisesrc=r=48000:d=8:seed=3 {AAC}")
    for clip in cut_all(path, [(123, 1456), (6000, 6900)], tmp_path):
        assert clip.path.suffix == ".m4a"
        assert (clip.frames, f"{clip.start_ms}-{clip.end_ms}") == (0, clip.key)
        assert abs(counted.lag(counted.sound(clip.path), counted.sound(path), clip.start_ms)) <= 1


def test_audio_that_ends_early_becomes_silence(make: Make, tmp_path: Path) -> None:
    path = make("early.mp4", f"{PICTURE.format(4)} {SOUND.format(1)} {H264} {AAC}")
    before, over, after = cut_all(path, [(0, 600), (800, 1600), (2000, 3000)], tmp_path)
    assert [abs(counted.sound(clip.path)).max() > 0.05 for clip in (before, over, after)] == [True, True, False]
    assert len(counted.sound(after.path)) >= 48_000


def test_a_picture_that_stays_for_seconds_does_not_stretch_the_clip(tmp_path: Path) -> None:
    times = [0, 40, 80, 3000, 3040, 6000, 6040, 6080]
    path = counted.film(tmp_path / "slides.mp4", frames=8, rate=Fraction(25), gop=100, times=times)
    (clip,) = cut_all(path, [(1000, 2000)], tmp_path / "out")
    assert counted.numbers(clip.path) == [2]
    assert (clip.start_ms, clip.end_ms) == (900, 2100)


def test_tall_pictures_are_scaled_and_pixels_squared(make: Make, tmp_path: Path) -> None:
    words = f"-f lavfi -i testsrc2=size=1000x720:rate=25:duration=2 -vf setsar=2 {H264}"
    (clip,) = cut_all(make("tall.mp4", words), [(0, 1000)], tmp_path)
    with av.open(str(clip.path)) as opened:
        video = opened.streams.video[0]
        assert (video.width, video.height) == (1334, 480)


def test_a_video_trimmed_without_encoding_starts_at_its_trim(
    make: Make, tmp_path: Path, ffmpeg: Path, film: Path
) -> None:
    trimmed = make("trimmed.mp4", f"-ss 2.4 -i {film} -c copy")  # keeps 2.0 to 2.4 and an edit list that hides it
    playable = make_playable(trimmed, tmp_path / "playable.mp4", found=probe(trimmed), ffmpeg=ffmpeg).path
    first, later = cut_all(playable, [(0, 400), (1000, 1400)], tmp_path / "clips")
    assert counted.numbers(first.path) == list(range(60, 70))
    assert counted.numbers(later.path) == list(range(85, 95))
    assert abs(counted.lag(counted.sound(later.path), counted.sound(film), 3400)) <= 1


def test_a_full_disk_ends_the_cutting(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "_working_bubblewrap", lambda: None)  # it has a /dev of its own
    (tmp_path / ".unfinished-000001000-000001900-480p.mp4").symlink_to("/dev/full")
    results = cut_clips(film, [Span(str(at), at, at + 900) for at in (0, 1000, 2000)], tmp_path)
    assert next(results).key == "0"
    with pytest.raises(MediaFault) as raised:
        next(results)
    assert raised.value.code == "media.disk_full"
    assert [path.name for path in tmp_path.iterdir()] == ["000000000-000000900-480p.mp4"]


def test_another_codec_is_refused_before_it_is_decoded(shared: Path, tmp_path: Path) -> None:
    (result,) = cut_clips(shared / "media" / "h265_10bits.mp4", [Span("x", 0, 500)], tmp_path)
    assert isinstance(result, CutFault)
    assert result.fault.code == "media.codec_refused"


def test_a_child_that_dies_of_one_span_does_not_take_the_others(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_child = clips._in_child

    def dying(playable: Path, ranges: Sequence[clips.Times], *rest: object) -> object:
        for times, result in in_child(playable, ranges, *rest):  # type: ignore[arg-type]  # passed on
            if times == (1000, 1500):
                raise MediaFault("media.over_limits", seconds=1)
            yield times, result

    monkeypatch.setattr(clips, "_in_child", dying)
    spans = [Span(str(at), at, at + 500) for at in (0, 1000, 2000)]
    results = {result.key: type(result) for result in cut_clips(film, spans, tmp_path)}
    assert results == {"0": CutClip, "1000": CutFault, "2000": CutClip}


def test_a_consumer_that_stops_leaves_no_half_a_clip(film: Path, tmp_path: Path) -> None:
    results = cut_clips(film, [Span(str(at), at, at + 900) for at in (0, 1000, 2000, 3000)], tmp_path)
    next(results)
    results.close()
    assert not list(tmp_path.glob(".*"))
