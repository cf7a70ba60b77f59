import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.data.release import read
from baseline.errors import BaselineError, UsageError
from tests.baseline.material import LINK, release_row, release_rows

Write = Callable[..., Path]


def test_release_is_read_with_its_questions_and_splits(write_release: Write) -> None:
    release = read(write_release())
    assert release.corpus == "small"
    assert [question.slug for question in release.questions] == ["sentiment", "moods", "moods_sentiment"]
    assert release.questions[2] == LINK
    assert {split: len(rows) for split, rows in release.rows.items()} == {"train": 240, "dev": 60, "test": 60}


def test_reserved_answers_become_missing_labels(write_release: Write) -> None:
    rows = release_rows() | {"test": [release_row(1, 1, "neutral", sentiment="cannot_judge", moods=None)]}
    release = read(write_release(rows))
    assert release.rows["test"][0].labels == {"sentiment": None, "moods": None, "moods_sentiment": None}


@pytest.mark.parametrize(
    "votes",
    [
        {"anna": "positive", "ben": "cannot_judge"},
        [{"rater": "anna", "answer": "positive", "state": "answered"}, {"rater": "ben", "answer": "cannot_judge"}],
    ],
    ids=["object", "records"],
)
def test_votes_are_read_from_an_object_or_from_records(write_release: Write, votes: object) -> None:
    row = release_row(1, 1, "positive")
    row["labels"]["sentiment"]["votes"] = votes
    release = read(write_release(release_rows() | {"test": [row]}))
    assert release.rows["test"][0].votes["sentiment"] == {"anna": "positive"}


@pytest.mark.parametrize(
    "distribution", [{"-1": 0.25, "1": 0.75}, [{"answer": -1, "probability": 0.25}, {"answer": 1, "probability": 0.75}]]
)
def test_distributions_are_read_in_both_forms(write_release: Write, distribution: object) -> None:
    row = release_row(1, 1, "positive")
    row["labels"]["moods_sentiment"]["distribution"] = distribution
    release = read(write_release(release_rows() | {"test": [row]}))
    assert release.rows["test"][0].distributions == {"moods_sentiment": {"-1": 0.25, "1": 0.75}}


def test_zip_of_a_folder_gives_the_same_release(write_release: Write, tmp_path: Path) -> None:
    folder = write_release()
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root_dir=tmp_path, base_dir=folder.name))
    assert read(packed) == read(folder)


def test_a_zip_of_only_the_files_gives_the_same_release(write_release: Write, tmp_path: Path) -> None:
    folder = write_release()
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root_dir=folder))
    assert read(packed) == read(folder)


def test_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a release"):
        read(tmp_path)


def test_zip_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("other/readme.txt", "")
    with pytest.raises(UsageError, match="is not a release"):
        read(tmp_path / "other.zip")


def test_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a release"):
        read(tmp_path / "nowhere")


@pytest.mark.parametrize("manifest", ["{", "[]", "NaN", "[" * 100_000, '{"format": "else/1"}'])
def test_manifest_of_another_format_is_refused(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(UsageError):
        read(tmp_path)


def test_edited_file_is_refused_because_of_its_checksum(write_release: Write) -> None:
    folder = write_release()
    with (folder / "dev.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(release_row(999, 1, "positive")) + "\n")
    with pytest.raises(BaselineError, match=r"dev\.jsonl does not match the checksum in the manifest"):
        read(folder)


def test_missing_file_is_reported(write_release: Write) -> None:
    folder = write_release()
    (folder / "test.jsonl").unlink()
    with pytest.raises(BaselineError, match=r"test\.jsonl is missing"):
        read(folder)


def test_file_that_the_manifest_does_not_name_is_reported(write_release: Write) -> None:
    folder = write_release()
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("test.jsonl", "other.jsonl"), encoding="utf-8")
    with pytest.raises(BaselineError, match=r"test\.jsonl is missing"):
        read(folder)


def test_empty_split_is_reported(write_release: Write) -> None:
    with pytest.raises(BaselineError, match=r"The split dev .* has no utterances"):
        read(write_release(release_rows() | {"dev": []}))


@pytest.mark.parametrize("value", [None, 1, "text", [None], [{}], {"dev.jsonl": 1}])
@pytest.mark.parametrize("field", ["files", "questions"])
def test_a_manifest_with_a_field_of_another_form_is_reported(write_release: Write, field: str, value: object) -> None:
    folder = write_release()
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, field: value}), encoding="utf-8")
    with pytest.raises(BaselineError):
        read(folder)


def test_a_manifest_without_a_field_is_reported(write_release: Write) -> None:
    folder = write_release()
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for field in ("corpus", "files", "questions"):
        path.write_text(
            json.dumps({name: value for name, value in manifest.items() if name != field}), encoding="utf-8"
        )
        with pytest.raises(BaselineError, match="does not have the form of a release"):
            read(folder)
