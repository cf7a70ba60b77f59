import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.data.release import read
from baseline.errors import BaselineError, UsageError
from baseline.features.base import Frames, Setting, Vectors
from baseline.features.clips import ClipReader
from baseline.features.decoding import FRAME_SIZE, frames
from baseline.features.registry import named
from tests.baseline.features.clips import crash, stored_clip, threads, tone, write_clip
from tests.baseline.material import ReleaseRows, release_row

pytestmark = pytest.mark.torch

RED, GREEN, BLUE = (220, 20, 20), (20, 220, 20), (20, 20, 220)
PLACES = ("train", "dev", "test")


def small() -> ReleaseRows:
    return {split: [release_row(number, 1, "neutral")] for number, split in enumerate(PLACES)}


@pytest.fixture
def release(write_release: Callable[..., Path]) -> Path:
    """A release whose row of train has a clip with sound and pictures, that of dev a mute one, that of test none."""
    folder = write_release(name="unfinished")
    rows = small()
    rows["train"][0]["clip"] = stored_clip(folder, tone(200), [RED] * 5 + [GREEN] * 5 + [BLUE] * 4)
    rows["dev"][0]["clip"] = stored_clip(folder, None, [GREEN] * 2)
    finished = write_release(rows)
    (folder / "clips").rename(finished / "clips")
    return finished


def test_frames_are_taken_twice_per_second(tmp_path: Path) -> None:
    found = frames(write_clip(tmp_path / "clip", None, [RED] * 5 + [GREEN] * 5 + [BLUE] * 4))
    assert found.shape == (3, FRAME_SIZE, FRAME_SIZE, 3)
    assert found.mean(axis=(1, 2)).argmax(axis=1).tolist() == [0, 1, 2]


def test_a_clip_shorter_than_a_quarter_of_a_second_has_one_frame(tmp_path: Path) -> None:
    assert len(frames(write_clip(tmp_path / "clip", None, [RED]))) == 1


def test_a_damaged_clip_and_one_without_pictures_have_no_frames(tmp_path: Path) -> None:
    assert len(frames(write_clip(tmp_path / "clip", tone(200), []))) == 0
    assert len(frames(b"no clip")) == 0


def test_utterances_without_sound_or_pictures_are_masked(release: Path, tmp_path: Path) -> None:
    setting = Setting(read(release), tmp_path / "cache")
    sounds, pictures = named("audio").prepare(setting), named("video").prepare(setting)
    voices = named("egemaps").prepare(setting)
    assert [each.present.tolist() for each in sounds.values() if isinstance(each, Vectors)] == [[1], [0], [0]]
    assert [each.present.tolist() for each in voices.values() if isinstance(each, Vectors)] == [[1], [0], [0]]
    assert [each.present.tolist() for each in pictures.values() if isinstance(each, Frames)] == [[1], [1], [0]]


def test_computed_features_are_not_computed_again(release: Path, tmp_path: Path) -> None:
    opened = read(release)
    before = named("video").prepare(Setting(opened, tmp_path / "cache"))["train"]
    (release / opened.rows["train"][0].clip).unlink()
    again = named("video").prepare(Setting(opened, tmp_path / "cache"))["train"]
    assert isinstance(before, Frames)
    assert isinstance(again, Frames)
    assert np.array_equal(np.asarray(before.pixels), np.asarray(again.pixels))


def test_the_command_reports_the_share_of_utterances_without_features(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["features", str(release), "--features", "audio", "video"]) == 0
    out = capsys.readouterr().out
    assert "audio (audio), dev: 1 utterances, 131 numbers, missing in 100.0% of the utterances" in out
    assert "video (video), train: 1 utterances, 3 frames, missing in 0.0% of the utterances" in out


def test_clips_are_read_from_a_zip(release: Path, tmp_path: Path) -> None:
    packed = tmp_path / "release.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in release.rglob("*"):
            archive.write(file, Path("folder") / file.relative_to(release))
    found = named("video").prepare(Setting(read(packed), tmp_path / "cache"))["train"]
    assert isinstance(found, Frames)
    assert found.starts.tolist() == [0, 3]


def test_a_release_without_clips_is_refused(write_release: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no clips.*--clips"):
        named("audio").prepare(Setting(read(write_release()), tmp_path))


def test_a_clip_that_is_missing_or_changed_is_refused(release: Path, tmp_path: Path) -> None:
    opened = read(release)
    clip = release / opened.rows["train"][0].clip
    clip.write_bytes(clip.read_bytes() + b"x")
    with pytest.raises(BaselineError, match="has changed"):
        named("audio").prepare(Setting(opened, tmp_path))
    clip.unlink()
    with pytest.raises(BaselineError, match="is missing"):
        named("audio").prepare(Setting(opened, tmp_path))


def test_a_clip_outside_of_the_release_is_refused(write_release: Callable[..., Path], tmp_path: Path) -> None:
    rows = small()
    rows["train"][0]["clip"] = "clips/../../secret.mp4"
    with pytest.raises(BaselineError, match="not in the folder clips"):
        named("audio").prepare(Setting(read(write_release(rows)), tmp_path))


def test_a_child_process_has_one_thread(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    opened = read(release)
    with ClipReader(opened, threads) as reader:
        assert reader.results(opened.rows["train"]) == ["1"]


def test_a_clip_that_crashes_the_decoder_ends_the_command_with_a_message(release: Path) -> None:
    opened = read(release)
    with ClipReader(opened, crash) as reader, pytest.raises(BaselineError, match="ended the program that decodes it"):
        reader.results(opened.rows["train"])
