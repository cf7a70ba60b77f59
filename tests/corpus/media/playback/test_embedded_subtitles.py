from pathlib import Path

import pytest

from corpus.media.faults import MediaFault
from corpus.media.playback.embedded_subtitles import extract_subtitles
from corpus.media.probe.media_probe import probe
from tests.corpus.media.conftest import H264, PICTURE, Make

SRT = "1\n00:00:00,500 --> 00:00:01,250\n老王：你来了？\n\n2\n00:00:01,300 --> 00:00:01,900\n<i>嗯。</i>\n\n"
VTT = "WEBVTT\n\n00:00.500 --> 00:01.250\n<v 老王>你来了？</v>\n"
ASS = (
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:00.50,0:00:01.25,Default,老王,0,0,0,,你来了？\n"
)


def extracted(source: Path, ffmpeg: Path, stream: int | None = None) -> tuple[str, str]:
    data, name = extract_subtitles(source, found=probe(source), ffmpeg=ffmpeg, stream=stream)
    return data.decode("utf-8"), name


def carrying(make: Make, folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return make(f"with-{name}.mkv", f"{PICTURE.format(2)} -i {folder}/{name} {H264} -c:s copy")


def test_srt_is_returned_unchanged(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    assert extracted(carrying(make, tmp_path, "a.srt", SRT), ffmpeg) == (SRT, "embedded.srt")


def test_webvtt_keeps_its_voices(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    text, name = extracted(carrying(make, tmp_path, "a.vtt", VTT), ffmpeg)
    assert (text, name) == (VTT, "embedded.vtt")


def test_ass_keeps_its_names(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    text, name = extracted(carrying(make, tmp_path, "a.ass", ASS), ffmpeg)
    assert name == "embedded.ass"
    assert "Dialogue: 0,0:00:00.50,0:00:01.25,Default,老王,0,0,0,,你来了？" in text


def test_the_chinese_track_is_preferred(make: Make, tmp_path: Path, ffmpeg: Path) -> None:
    (tmp_path / "en.srt").write_text(SRT.replace("老王：你来了？", "You came?"), encoding="utf-8")
    (tmp_path / "zh.srt").write_text(SRT, encoding="utf-8")
    words = (
        f"{PICTURE.format(2)} -i {tmp_path}/en.srt -i {tmp_path}/zh.srt -map 0 -map 1 -map 2 {H264} -c:s srt "
        "-metadata:s:s:0 language=eng -metadata:s:s:1 language=chi"
    )
    source = make("both.mkv", words)
    assert extracted(source, ffmpeg)[0] == SRT
    assert "You came?" in extracted(source, ffmpeg, stream=1)[0]


def test_a_real_mp4_with_timed_text(shared: Path, ffmpeg: Path) -> None:
    text, name = extracted(shared / "media" / "nasa_13013.mp4", ffmpeg)
    assert name == "embedded.srt"
    assert text.startswith(
        "1\n00:00:00,210 --> 00:00:04,260\nNAR: This is the optical and science segment of the Webb\n"
    )


def test_a_file_without_subtitles_is_refused(episode: Path, ffmpeg: Path) -> None:
    with pytest.raises(MediaFault, match="no text subtitle track"):
        extracted(episode, ffmpeg)
