"""Hostile uploads: no other file may be read, no address contacted, no memory or disk filled."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from corpus.media.cut.clips import CutFault, Span, cut_clips
from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.playback.embedded_subtitles import extract_subtitles
from corpus.media.playback.playable_file import make_playable
from corpus.media.playback.waveform_peaks import make_peaks
from corpus.media.probe.media_probe import AudioTrack, Probe, SubtitleTrack, VideoTrack, probe, probe_playable
from corpus.media.sandbox.runner import Limits, collect
from tests.corpus.media.conftest import AAC, PICTURE, SOUND, Make, film

QUICK = Limits(wall_s=30, cpu_s=20)
# a probe result with which the later steps are run
CLAIMED = Probe(
    container="mov",
    size=1,
    duration_ms=2000,
    video=VideoTrack(0, "mpeg2video", "yuv420p", 64, 64, 25.0, False, False, False, 50, 2, 0, 2000),  # noqa: FBT003 -- a row
    audio=(AudioTrack(1, "mp2", 48000, 2, "", "", default=True, start_ms=0, duration_ms=2000),),
    subtitles=(SubtitleTrack(2, "subrip", "", "", default=True, is_text=True),),
)
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\n{address}\n#EXT-X-ENDLIST\n"
CONCAT = "ffconcat version 1.0\nfile {address}\nduration 2\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL>'
    '<SegmentBase indexRange="0-99"/></Representation></AdaptationSet></Period></MPD>'
)
SDP = (
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n"
)


class Listener:
    """A server that counts its visitors."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.socket.accept()
                self.visits += 1
                visitor.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.socket.close()


@pytest.fixture
def other(make: Make) -> Path:
    """Another person's playable file."""
    return make("other.ts", f"{PICTURE.format(2)} {SOUND.format(2)} -c:v mpeg2video -c:a mp2")


def every_way_in(upload: Path, folder: Path, ffmpeg: Path) -> list[str]:
    """Call each function of the media engine and return the codes of the refusals."""
    folder.mkdir()
    target = folder / "out.mp4"
    codes = []
    for enter in (
        lambda: probe(upload),
        lambda: make_playable(upload, target, found=CLAIMED, ffmpeg=ffmpeg),
        lambda: make_peaks(upload, target, found=CLAIMED, ffmpeg=ffmpeg),
        lambda: extract_subtitles(upload, found=CLAIMED, ffmpeg=ffmpeg),
        lambda: probe_playable(upload),
    ):
        with pytest.raises(MediaFault) as refused:
            enter()
        codes.append(refused.value.code)
    (cut,) = cut_clips(upload, [Span("x", 0, 1000)], folder)
    assert isinstance(cut, CutFault)
    assert list(folder.iterdir()) == []
    return codes


def encoding(ffmpeg: Path, upload: Path, folder: Path) -> list[str]:
    return commands.playable(
        ffmpeg, upload, folder / "decoded.mp4", video=0, audio=None, copy_video=False, copy_audio=False
    )


def decoded_frames(folder: Path) -> int:
    path = folder / "decoded.mp4"
    if not path.exists() or not path.stat().st_size:
        return 0
    with contextlib.suppress(av.FFmpegError), av.open(str(path)) as opened:
        return sum(1 for _ in opened.decode(video=0))
    return 0


@pytest.mark.parametrize("text", [HLS, CONCAT])
@pytest.mark.parametrize("scheme", ["file://", ""])
def test_a_playlist_named_mp4_reads_no_other_file(
    tmp_path: Path, ffmpeg: Path, other: Path, text: str, scheme: str
) -> None:
    if not scheme:  # a file next to it
        (tmp_path / "other.ts").write_bytes(other.read_bytes())
    upload = tmp_path / "episode.mp4"
    upload.write_text(text.format(address=f"{scheme}{other}" if scheme else "other.ts"), encoding="ascii")
    assert every_way_in(upload, tmp_path / "out", ffmpeg)[0] == "media.not_media"


@pytest.mark.parametrize("text", [HLS, CONCAT, DASH])
def test_a_manifest_named_mp4_asks_no_address(tmp_path: Path, ffmpeg: Path, listener: Listener, text: str) -> None:
    upload = tmp_path / "episode.mp4"
    upload.write_text(text.format(address=f"http://127.0.0.1:{listener.port}/a.ts"), encoding="ascii")
    assert every_way_in(upload, tmp_path / "out", ffmpeg)[0] == "media.not_media"
    assert listener.visits == 0


def test_a_session_description_opens_no_port(tmp_path: Path, ffmpeg: Path, listener: Listener) -> None:
    upload = tmp_path / "episode.mp4"
    upload.write_text(SDP.format(port=listener.port), encoding="ascii")
    assert every_way_in(upload, tmp_path / "out", ffmpeg)[0] == "media.not_media"


def test_the_attacks_work_without_protection(tmp_path: Path, ffmpeg: Path, other: Path, listener: Listener) -> None:
    # without the flags this very ffmpeg follows such a file, so the refusals above are the flags' doing
    (tmp_path / "other.ts").write_bytes(other.read_bytes())
    upload = tmp_path / "episode.mp4"
    upload.write_text(CONCAT.format(address="other.ts"), encoding="ascii")
    plain = [str(ffmpeg), "-loglevel", "error", "-i", str(upload), "-f", "null", "-"]
    assert collect(plain, limits=QUICK, reads=[tmp_path]) == b""


def test_a_rare_decoder_is_never_run(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    upload = make("rare.mkv", f"{PICTURE.format(0.2)} -c:v magicyuv")
    with pytest.raises(MediaFault):
        collect(encoding(ffmpeg, upload, tmp_path), limits=QUICK, reads=[upload], writes=[tmp_path])
    assert decoded_frames(tmp_path) == 0


@pytest.mark.parametrize("codec", ["libx264 -preset ultrafast", "mjpeg -pix_fmt yuvj420p"])
def test_a_huge_picture_is_not_decoded(make: Make, tmp_path: Path, ffmpeg: Path, codec: str) -> None:
    words = f"-f lavfi -i color=size=16384x8704:rate=1:duration=1 -c:v {codec} -threads 1"
    upload = make("huge.mkv", words)
    small = Limits(wall_s=30, cpu_s=20, memory=2 * 2**30)
    with contextlib.suppress(MediaFault):
        collect(encoding(ffmpeg, upload, tmp_path), limits=small, reads=[upload], writes=[tmp_path])
    assert decoded_frames(tmp_path) == 0


@pytest.mark.parametrize(
    "name", ["-dash.mp4", "第一集：开始.mp4", "%s;$(touch x)`x`.mp4", "a b'\"\\.mp4", "pipe:0.mp4"]
)
def test_a_name_is_only_a_name(make: Make, tmp_path: Path, ffmpeg: Path, name: str) -> None:
    upload = tmp_path / name
    upload.write_bytes(make("named.mp4", film(2)).read_bytes())
    found = probe(upload)
    made = make_playable(upload, tmp_path / f"out-{name}", found=found, ffmpeg=ffmpeg)
    assert make_peaks(made.path, tmp_path / "peaks", found=made.found, ffmpeg=ffmpeg) >= 199
    (clip,) = cut_clips(made.path, [Span("x", 500, 1000)], tmp_path / f"clips {name}")
    assert not isinstance(clip, CutFault)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, f"out-{name}", "peaks", f"clips {name}"])


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_end_in_a_file_or_in_a_refusal(make: Make, tmp_path: Path, ffmpeg: Path, seed: int) -> None:
    data = bytearray(make("flip.mkv", f"{PICTURE.format(3)} {SOUND.format(3)} -c:v libvpx {AAC}").read_bytes())
    for step in range(1, 40):
        at = (seed * 7919 + step * 104_729) % len(data)
        data[at] ^= 1 << (step % 8)
    upload = tmp_path / "flipped.mkv"
    upload.write_bytes(data)
    target = tmp_path / "out.mp4"
    try:
        made = make_playable(upload, target, found=probe(upload), ffmpeg=ffmpeg)
    except MediaFault:
        assert [path.name for path in tmp_path.iterdir()] == ["flipped.mkv"]
    else:
        assert made.found.duration_ms == pytest.approx(3000, abs=600)
