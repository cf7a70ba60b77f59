"""The script of a release that cuts clips from a reader's own copy of the recordings."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

from corpus.media.ffmpeg.program import find_ffmpeg
from export.metadata.documents import CUT_CLIPS

ROW = {"dialogue": "E1/D1", "order": 1, "series": "Flat", "episode": "One", "start_ms": 500, "end_ms": 1300}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=2"]
    subprocess.run([find_ffmpeg(""), "-v", "error", *source, "-pix_fmt", "yuv420p", path], check=True)
    return path.read_bytes()


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "cut_clips.py").write_text(CUT_CLIPS, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ffmpeg").symlink_to(find_ffmpeg(""))
    return folder


def write(release: Path, sources: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    (release / "manifest.json").write_text(json.dumps({"splits": {"train": {}}, "sources": sources}))
    (release / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def source(series: str, content: bytes = b"") -> dict[str, Any]:
    return {
        "series": series,
        "episode": "One",
        "recording_sha256": hashlib.sha256(content).hexdigest() if content else "",
    }


def cut(release: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    folder = release.parent
    (folder / "videos").mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, release / "cut_clips.py", folder / "videos", folder / "out"],
        env={"PATH": str(folder / "bin") if path is None else path},
        check=False,
        capture_output=True,
        text=True,
    )


def put(release: Path, name: str, film: bytes) -> None:
    path = release.parent / "videos" / "season 1" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(film)


def test_a_clip_has_the_length_of_its_utterance(release: Path, film: bytes) -> None:
    write(release, [source("Flat", film)], [ROW, {**ROW, "order": 2, "start_ms": None}])
    put(release, "one.mp4", film)
    done = cut(release)
    assert (done.stdout, done.stderr) == ("1 clips cut, 1 utterances without a recording or times\n", "")
    with av.open(str(release.parent / "out" / "E1_D1_1.mp4")) as clip:
        assert clip.duration == pytest.approx(800_000, abs=40_000)


def test_episodes_of_one_title_are_told_apart_by_their_series(release: Path, film: bytes) -> None:
    write(release, [source("Flat"), source("House")], [ROW, {**ROW, "series": "House", "order": 2}])
    put(release, "One.mp4", film)
    done = cut(release)
    assert done.stdout.startswith("0 clips cut, 2 utterances")
    assert "No recording of Flat - One\nNo recording of House - One" in done.stderr
    put(release, "House - One.mp4", film)
    assert cut(release).stdout.startswith("1 clips cut, 1 utterances")
    assert [path.name for path in (release.parent / "out").iterdir()] == ["E1_D1_2.mp4"]


def test_another_recording_than_the_labelled_one_is_named(release: Path, film: bytes) -> None:
    write(release, [source("Flat", b"another")], [ROW])
    put(release, "One.mp4", film)
    done = cut(release)
    assert done.returncode == 0
    assert "is another recording than the labelled one" in done.stderr


def test_without_ffmpeg_the_script_says_what_to_do(release: Path) -> None:
    done = cut(release, path="/nowhere")
    assert done.returncode == 1
    assert done.stderr == "ffmpeg is not installed, or not on the PATH. Install it and try again.\n"
