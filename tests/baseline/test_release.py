import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.faults import BadUsage, Fault
from baseline.release import Question, read
from tests.baseline.conftest import row, some_rows

Write = Callable[..., Path]


def test_release_is_read_with_its_questions_and_splits(write_release: Write) -> None:
    release = read(write_release())
    assert release.corpus == "small"
    assert [question.slug for question in release.questions] == ["sentiment", "moods", "moods_sentiment"]
    assert release.questions[2] == Question("moods_sentiment", "link", (-2, -1, 0, 1, 2), many=False)
    assert {split: len(rows) for split, rows in release.rows.items()} == {"train": 240, "dev": 60, "test": 60}


def test_answers_that_are_no_class_are_not_learnt(write_release: Write) -> None:
    rows = some_rows() | {"test": [row(1, 1, "neutral", sentiment="cannot_judge", moods=None)]}
    release = read(write_release(rows))
    assert release.rows["test"][0].labels == {"sentiment": None, "moods": None, "moods_sentiment": None}


def test_zip_reads_like_the_folder_it_holds(write_release: Write, tmp_path: Path) -> None:
    folder = write_release()
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root_dir=tmp_path, base_dir=folder.name))
    assert read(packed) == read(folder)


def test_folder_without_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="is not a release"):
        read(tmp_path)


def test_missing_path_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(BadUsage, match="is not a release"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("manifest", ["{", "[]", '{"format": "else/1"}'])
def test_manifest_of_another_kind_is_no_release(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(BadUsage):
        read(tmp_path)


def test_changed_file_is_refused_by_its_checksum(write_release: Write) -> None:
    folder = write_release()
    with (folder / "dev.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row(999, 1, "positive")) + "\n")
    with pytest.raises(Fault, match=r"dev\.jsonl is not the file that the manifest describes"):
        read(folder)


def test_missing_file_is_told(write_release: Write) -> None:
    folder = write_release()
    (folder / "test.jsonl").unlink()
    with pytest.raises(Fault, match=r"test\.jsonl is missing"):
        read(folder)


def test_empty_split_is_told(write_release: Write) -> None:
    with pytest.raises(Fault, match=r"The split dev .* has no utterance"):
        read(write_release(some_rows() | {"dev": []}))
