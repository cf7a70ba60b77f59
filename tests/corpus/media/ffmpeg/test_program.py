from pathlib import Path

import pytest

from corpus.media.faults import MediaFault
from corpus.media.ffmpeg.program import ffmpeg_version, find_ffmpeg


def program(folder: Path, name: str, says: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_setting_wins_over_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path, "ffmpeg", "on path").parent))
    mine = program(tmp_path, "mine", "ffmpeg version 7")
    assert find_ffmpeg(str(mine)) == mine
    assert find_ffmpeg("") == tmp_path / "ffmpeg"


def test_without_one_on_the_path_the_wheel_carries_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg_version(find_ffmpeg("")) != ""


def test_a_wrong_setting_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(MediaFault) as refused:
        find_ffmpeg(str(tmp_path / "nothing"))
    assert (refused.value.code, refused.value.params) == ("media.ffmpeg_missing", {"path": str(tmp_path / "nothing")})
    assert str(refused.value).startswith(f"ffmpeg was not found at {tmp_path}/nothing.")


def test_the_version_comes_from_the_program(tmp_path: Path) -> None:
    mine = program(tmp_path, "mine", "ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026")
    assert ffmpeg_version(mine) == "5.1.9-0+deb12u1"


def test_another_program_is_not_accepted_as_ffmpeg(tmp_path: Path) -> None:
    with pytest.raises(MediaFault, match=r"ffmpeg was not found at"):
        ffmpeg_version(program(tmp_path, "other", "GNU bash"))
