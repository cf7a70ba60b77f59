import re
from pathlib import Path

import pytest

from corpus.media.ffmpeg import commands
from corpus.media.probe.allowed_formats import HARDENED
from tests.conftest import ROOT

PROGRAM, SOURCE, TARGET = Path("/usr/bin/ffmpeg"), Path("-dash.mp4"), Path("/srv/%s;$(x).mp4")
IMPORTS = re.compile(r"^\s*(import|from) ffmpeg\b", re.MULTILINE)
COMMANDS = {
    "copy": commands.playable(PROGRAM, SOURCE, TARGET, video=0, audio=3, copy_video=True, copy_audio=True),
    "encode": commands.playable(
        PROGRAM, SOURCE, TARGET, video=0, audio=3, copy_video=False, copy_audio=False, interlaced=True
    ),
    "samples": commands.samples(PROGRAM, SOURCE, audio=3, rate=16_000),
    "subtitle": commands.subtitle(PROGRAM, SOURCE, stream=2, form="srt", codec="copy"),
}


def value(command: list[str], option: str) -> str:
    return command[command.index(option) + 1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_input_is_hardened_and_every_name_only_a_name(name: str) -> None:
    command = COMMANDS[name]
    before, after = command[: command.index("-i")], command[command.index("-i") + 1 :]
    assert command.count("-i") == 1
    assert before[:2] == ["/usr/bin/ffmpeg", "-nostdin"]
    assert {option: value(before, f"-{option}") for option in HARDENED} == HARDENED
    assert after[0] == f"file:{Path.cwd()}/-dash.mp4"
    assert [word for word in after if word.startswith(("/", "http"))] == []


def test_streams_are_chosen_by_number_and_metadata_is_dropped() -> None:
    command = COMMANDS["copy"]
    assert [command[at + 1] for at, word in enumerate(command) if word == "-map"] == ["0:0", "0:3"]
    assert (value(command, "-map_metadata"), value(command, "-map_chapters")) == ("-1", "-1")
    assert command[-2:] == ["file:/srv/%s;$(x).mp4", "-y"]


def test_only_an_encoded_picture_is_filtered() -> None:
    assert "-vf" not in COMMANDS["copy"]
    assert value(COMMANDS["encode"], "-vf").startswith("yadif=deint=interlaced,scale=")


def test_each_encoded_picture_is_the_same_on_every_run() -> None:
    encoding = [
        COMMANDS["encode"],
        commands.window(PROGRAM, SOURCE, TARGET, video=0, start_ms=0, end_ms=1000),
        commands.part(PROGRAM, SOURCE, TARGET, video=0, start_ms=0, frames=10, fps=25),
    ]
    for command in encoding:
        assert value(command, "-c:v") == "libx264"
        assert value(command, "-x264-params") == "sync-lookahead=0"


def test_unused_tracks_are_read_into_nothing() -> None:
    command = commands.playable(PROGRAM, SOURCE, TARGET, video=0, audio=3, copy_video=True, copy_audio=True, unused=[4])
    rest = command[command.index("file:/srv/%s;$(x).mp4") + 1 :]
    assert rest == ["-map", "0:4", "-f", "null", "-c", "copy", "-", "-y"]


def test_only_one_module_imports_the_argument_builder() -> None:
    sources = [
        path for app in ("common", "corpus", "config", "export", "annotator") for path in (ROOT / app).rglob("*.py")
    ]
    knowing = [path for path in sources if IMPORTS.search(path.read_text(encoding="utf-8"))]
    assert knowing == [ROOT / "corpus/media/ffmpeg/commands.py"]
    used = re.findall(r"ffmpeg\.(\w+)\(", knowing[0].read_text(encoding="utf-8"))
    assert set(used) == {"input", "output", "merge_outputs", "compile"}  # and not `run` and `probe`
