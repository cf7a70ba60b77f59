from pathlib import Path
from uuid import UUID

import av
import pytest

from corpus.media import atomic_file
from corpus.media.faults import MediaFault
from corpus.media.playback import playable_file
from corpus.media.playback.playable_file import Playable, is_faststart, make_playable
from corpus.media.probe.media_probe import probe, probe_playable
from tests.corpus.media.conftest import AAC, H264, PICTURE, SOUND, Make, film


def made(source: Path, folder: Path, ffmpeg: Path, audio: int | None = None) -> Playable:
    return make_playable(source, folder / "playable.mp4", found=probe(source), ffmpeg=ffmpeg, audio=audio)


def test_h264_with_aac_is_copied_to_the_byte(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    result = made(make("tv.mkv", film(3)), tmp_path, ffmpeg)
    assert (result.copied_video, result.copied_audio) == (True, True)
    assert result.path == tmp_path / "playable.mp4"
    assert is_faststart(result.path)
    assert [path.name for path in tmp_path.iterdir()] == ["playable.mp4"]


def test_an_mp4_with_its_index_at_the_end_gets_it_in_front(episode: Path, tmp_path: Path, ffmpeg: Path) -> None:
    assert not is_faststart(episode)
    assert is_faststart(made(episode, tmp_path, ffmpeg).path)


def test_the_same_source_gives_the_same_bytes(episode: Path, tmp_path: Path, ffmpeg: Path) -> None:
    first = made(episode, tmp_path, ffmpeg).path.read_bytes()
    assert made(episode, tmp_path, ffmpeg).path.read_bytes() == first


def test_other_audio_is_encoded_and_the_video_copied(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    result = made(make("dts.mkv", f"{PICTURE.format(2)} {SOUND.format(2)} {H264} -c:a ac3 -ac 6"), tmp_path, ffmpeg)
    assert (result.copied_video, result.copied_audio) == (True, False)
    assert [(track.codec, track.sample_rate, track.channels) for track in result.found.audio] == [("aac", 48000, 2)]


@pytest.mark.parametrize("name", ["h264_10bits.mp4", "h265_10bits.mp4", "av1_video.mkv"])
def test_streams_that_browsers_may_not_play_are_encoded(shared: Path, tmp_path: Path, ffmpeg: Path, name: str) -> None:
    result = made(shared / "media" / name, tmp_path, ffmpeg)
    video = result.found.video
    assert video
    assert (result.copied_video, video.codec, video.pixel_format) == (False, "h264", "yuv420p")
    assert video.keyframes == result.found.duration_ms // 1000


def test_odd_sizes_and_oblong_pixels_become_even_and_square(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    words = "-f lavfi -i testsrc2=size=853x481:rate=10:duration=1 -vf setsar=1/2 -c:v libx264 -pix_fmt yuv444p"
    video = made(make("odd.mkv", words), tmp_path, ffmpeg).found.video
    assert video
    assert (video.width, video.height) == (426, 480)


def test_large_frames_are_scaled_down(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    words = "-f lavfi -i testsrc2=size=1920x1080:rate=10:duration=1 -c:v mjpeg -pix_fmt yuvj420p"
    video = made(make("large.mkv", words), tmp_path, ffmpeg).found.video
    assert video
    assert (video.width, video.height) == (1280, 720)


def test_a_video_with_one_keyframe_is_encoded(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    words = "-f lavfi -i testsrc2=size=64x64:rate=5:duration=20 -c:v libx264 -g 1000 -sc_threshold 0 -pix_fmt yuv420p"
    result = made(make("onekey.mp4", words), tmp_path, ffmpeg)
    assert result.found.video
    assert (result.copied_video, result.found.video.keyframes) == (False, 20)


def test_a_transport_stream_starts_at_zero_afterwards(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    result = made(make("tv.ts", f"{film(3)} -output_ts_offset 38.9"), tmp_path, ffmpeg)
    assert result.found.video
    assert (result.copied_video, result.found.video.start_ms < 40) == (True, True)
    assert result.found.duration_ms == pytest.approx(3000, abs=60)


def test_silent_and_blind_episodes(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    silent = made(make("silent.mp4", f"{PICTURE.format(1)} {H264}"), tmp_path, ffmpeg).found
    assert (silent.video is not None, silent.audio) == (True, ())
    blind = made(make("blind.wav", SOUND.format(2)), tmp_path, ffmpeg).found
    assert (blind.video, [track.codec for track in blind.audio]) == (None, ["aac"])


def test_the_chosen_track_is_used(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    languages = "-metadata:s:a:0 language=eng -metadata:s:a:1 language=chi"
    source = make("two.mkv", f"{SOUND.format(2)} {SOUND.format(1)} -map 0 -map 1 {AAC} {languages}")
    assert made(source, tmp_path, ffmpeg).found.duration_ms == pytest.approx(1000, abs=30)
    assert made(source, tmp_path, ffmpeg, audio=0).found.duration_ms == pytest.approx(2000, abs=30)
    with pytest.raises(MediaFault, match="no audio track number 7"):
        made(source, tmp_path, ffmpeg, audio=7)


def test_progress_is_reported_in_ms(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    source, calls = make("p.webm", f"{PICTURE.format(4)} -c:v libvpx -deadline realtime"), list[tuple[int, int]]()
    make_playable(source, tmp_path / "p.mp4", found=probe(source), ffmpeg=ffmpeg, progress=lambda *at: calls.append(at))
    assert calls[-1] == (4000, 4000)
    assert calls == sorted(calls)


def test_a_stop_asked_by_progress_leaves_nothing(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    def stop(done_ms: int, total_ms: int) -> None:
        raise KeyError

    source = make("p.webm", f"{PICTURE.format(4)} -c:v libvpx -deadline realtime")
    with pytest.raises(KeyError):
        make_playable(source, tmp_path / "p.mp4", found=probe(source), ffmpeg=ffmpeg, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
def test_a_source_that_shrinks_behind_the_probe_is_noticed(make: Make, tmp_path: Path, ffmpeg: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(make(name, f"{film(8)} -movflags +faststart").read_bytes())
    found = probe(source)
    with source.open("r+b") as file:
        file.truncate(source.stat().st_size // 2)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(MediaFault) as refused:
        make_playable(source, out / "p.mp4", found=found, ffmpeg=ffmpeg)
    assert refused.value.code in {"media.output_wrong", "media.failed"}
    assert list(out.iterdir()) == []


def test_pictures_that_do_not_decode_are_noticed(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    source = tmp_path / "holes.mkv"
    data = bytearray(make("holes.mkv", film(8)).read_bytes())
    for at in range(len(data) // 8, len(data) - 2000, 97):
        data[at] = data[at] ^ 0x55 if data[at - 1] else data[at]
    source.write_bytes(data)
    with pytest.raises(MediaFault):
        made(source, tmp_path, ffmpeg)


def test_a_disk_that_fills_up_leaves_no_half_a_file(
    episode: Path, tmp_path: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "p.mp4"
    monkeypatch.setattr(atomic_file, "uuid4", lambda: UUID(int=7))
    (tmp_path / f".unfinished-{UUID(int=7).hex}-p.mp4").symlink_to("/dev/full")
    with pytest.raises(MediaFault) as refused:
        make_playable(episode, target, found=probe(episode), ffmpeg=ffmpeg)
    assert refused.value.code == "media.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_the_index_tells_the_same_as_all_packets(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    path = made(make("tv.mkv", film(6)), tmp_path, ffmpeg).path
    whole, indexed = probe(path), probe_playable(path)
    assert whole.video
    assert indexed.video
    assert (indexed.video.frames, indexed.video.keyframes) == (whole.video.frames, whole.video.keyframes) == (150, 3)
    assert indexed.video.start_ms + indexed.video.duration_ms == indexed.duration_ms == whole.duration_ms
    assert indexed.audio == whole.audio


@pytest.mark.parametrize(("damaged", "refused"), [(1, False), (3, True)])
def test_three_quarters_of_the_frames_must_decode(
    make: Make, tmp_path: Path, ffmpeg: Path, damaged: int, *, refused: bool
) -> None:
    path = made(make("four.mkv", film(8)), tmp_path, ffmpeg).path
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as opened:
        entries = [(entry.pos, entry.size) for entry in opened.streams.video[0].index_entries]
    assert len(entries) == 200
    for at, size in entries[50 : 50 * (1 + damaged)]:
        data[at + 4 : at + size] = b"\xa5" * (size - 4)  # behind the length of its first unit
    path.write_bytes(data)
    if refused:
        with pytest.raises(MediaFault) as fault:
            probe_playable(path)
        assert fault.value.code == "media.undecodable"
    else:
        assert probe_playable(path).video


def test_a_result_without_its_end_is_refused(episode: Path, tmp_path: Path, ffmpeg: Path) -> None:
    path = made(episode, tmp_path, ffmpeg).path
    assert playable_file._holds_all_boxes(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    assert not playable_file._holds_all_boxes(path)
