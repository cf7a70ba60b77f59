from pathlib import Path

import pytest

from corpus.media.faults import MediaFault
from corpus.media.probe.media_probe import AudioTrack, Probe, from_document, preferred_audio, probe
from tests.corpus.media.conftest import AAC, H264, PICTURE, SOUND, Make, film


def code(path: Path) -> str:
    with pytest.raises(MediaFault) as refused:
        probe(path)
    return refused.value.code


def test_the_probe_of_an_episode_is_complete(episode: Path) -> None:
    found = probe(episode)
    assert found.video
    assert (found.video.codec, found.video.pixel_format) == ("h264", "yuv420p")
    assert (found.video.width, found.video.height, found.video.fps) == (320, 180, 25.0)
    assert (found.video.frames, found.video.keyframes) == (150, 3)
    assert (found.video.start_ms, found.video.duration_ms) == (0, 6000)
    assert [(track.codec, track.sample_rate, track.channels) for track in found.audio] == [("aac", 48000, 2)]
    assert found.duration_ms == pytest.approx(6000, abs=25)
    assert found.size == episode.stat().st_size


def test_a_probe_survives_json(episode: Path) -> None:
    found = probe(episode)
    assert from_document(found.as_document()) == found


def test_a_longer_subtitle_does_not_lengthen_the_episode(make: Make, tmp_path: Path) -> None:
    (tmp_path / "s.srt").write_text("1\n00:01:00,000 --> 00:01:10,000\nlate\n", encoding="utf-8")
    path = make("long.mkv", f"{PICTURE.format(2)} -i {tmp_path}/s.srt {H264} -c:s srt")
    found = probe(path)
    assert found.duration_ms == 2000
    assert [(track.codec, track.is_text) for track in found.subtitles] == [("subrip", True)]


def test_silent_and_blind_files_are_welcome(make: Make) -> None:
    silent = probe(make("silent.mp4", f"{PICTURE.format(1)} {H264}"))
    assert (silent.video is not None, silent.audio) == (True, ())
    blind = probe(make("blind.m4a", f"{SOUND.format(2)} {AAC}"))
    assert (blind.video, len(blind.audio)) == (None, 1)
    assert blind.duration_ms == pytest.approx(2000, abs=25)


def test_cover_art_is_not_a_video(make: Make) -> None:
    words = (
        f"{SOUND.format(2)} {PICTURE.format(0.04)} -c:a flac -c:v mjpeg -pix_fmt yuvj420p -disposition:v attached_pic"
    )
    assert probe(make("song.flac", words)).video is None


def test_a_transport_stream_counts_from_its_start(make: Make) -> None:
    found = probe(make("tv.ts", f"{film(3)} -output_ts_offset 38.9"))
    assert found.video
    assert found.video.start_ms < 50
    assert found.duration_ms == pytest.approx(3000, abs=60)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("h264_10bits.mp4", "h264", "yuv420p10le"),
        ("h265_10bits.mp4", "hevc", "yuv420p10le"),
        ("av1_video.mkv", "av1", "yuv420p"),
        ("tears-of-steel-battle-clip-medium.webm", "vp8", "yuv420p"),
    ],
)
def test_real_files_of_other_codecs(shared: Path, name: str, codec: str, pixel_format: str) -> None:
    video = probe(shared / "media" / name).video
    assert video
    assert (video.codec, video.pixel_format) == (codec, pixel_format)


def test_a_real_file_with_six_streams(shared: Path) -> None:
    found = probe(shared / "media" / "nasa_13013.mp4")
    assert found.video
    assert (found.video.index, found.video.width, found.duration_ms) == (0, 320, 13056)
    assert [track.index for track in found.audio] == [1, 4]
    assert [(track.index, track.codec, track.language) for track in found.subtitles] == [
        (2, "mov_text", "eng"),
        (5, "mov_text", "eng"),
    ]


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(b"")
    assert code(path) == "media.empty"
    path.write_text("a text that is no film\n" * 200, encoding="utf-8")
    assert code(path) == "media.not_media"


@pytest.mark.parametrize(("name", "options"), [("e.mp4", ""), ("f.mp4", "-movflags +faststart"), ("e.mkv", "")])
def test_a_cut_off_upload_is_refused(make: Make, tmp_path: Path, name: str, options: str) -> None:
    whole = make(name, f"{film(12)} {options}").read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    assert code(tmp_path / name) in {"media.truncated", "media.truncated_at"}


def test_an_odd_decoder_is_refused(make: Make) -> None:
    assert code(make("rare.mkv", f"{PICTURE.format(0.2)} -c:v magicyuv")) == "media.codec_refused"


@pytest.mark.parametrize(
    ("codec", "refused"),
    [("libx264 -preset ultrafast", "media.too_large"), ("mjpeg -pix_fmt yuvj420p", "media.undecodable")],
)
def test_a_huge_frame_is_refused_even_if_the_header_hides_its_size(make: Make, codec: str, refused: str) -> None:
    words = f"-f lavfi -i color=size=16384x8704:rate=1:duration=1 -c:v {codec} -threads 1"
    assert code(make("huge.mkv", words)) == refused


def test_a_hundred_hours_in_a_small_file_are_refused(make: Make) -> None:
    words = "-f lavfi -i color=size=16x16:rate=1/3600:duration=360000 -c:v libx264 -preset ultrafast"
    assert code(make("hours.mkv", words)) == "media.too_long"


def test_subtitles_without_media_are_refused(make: Make, tmp_path: Path) -> None:
    (tmp_path / "s.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nalone\n", encoding="utf-8")
    assert code(make("alone.mkv", f"-i {tmp_path}/s.srt -c:s srt")) == "media.no_streams"


def test_the_chinese_track_is_preferred_then_the_default() -> None:
    def track(index: int, language: str, *, default: bool) -> AudioTrack:
        return AudioTrack(index, "aac", 48000, 2, language, "", default, 0, 1000)

    def chosen(*tracks: AudioTrack) -> int | None:
        best = preferred_audio(Probe("mov", 1, 1000, None, tracks, ()))
        return best.index if best else None

    assert chosen() is None
    assert chosen(track(1, "eng", default=False), track(2, "eng", default=True)) == 2
    assert chosen(track(1, "eng", default=True), track(2, "zh-Hans", default=False)) == 2
    assert chosen(track(1, "eng", default=False), track(2, "fre", default=False)) == 1


LATE = "-c:a aac -copyts -avoid_negative_ts disabled"  # the first packet at 10 s


def test_a_matroska_file_that_starts_late_is_whole(make: Make) -> None:
    late = f"-itsoffset 10 {PICTURE.format(12)} -itsoffset 10 {SOUND.format(12)} {H264}"
    assert probe(make("late.mkv", f"{late} {LATE}")).duration_ms == pytest.approx(12_000, abs=50)


def test_a_cut_off_matroska_file_that_starts_late_is_refused(make: Make, tmp_path: Path) -> None:
    late = f"-itsoffset 10 {PICTURE.format(12)} -itsoffset 10 {SOUND.format(12)} {H264}"
    whole = make("late.mkv", f"{late} {LATE}").read_bytes()
    for length in (len(whole) // 2, len(whole) - 1):
        (tmp_path / "late.mkv").write_bytes(whole[:length])
        assert code(tmp_path / "late.mkv") in {"media.truncated", "media.truncated_at"}
