import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.backup import creation
from config.backup.archive import unpack
from corpus.models import MediaFile
from tests.config.backup.material import contents
from tests.factories import MediaFileFactory

pytestmark = pytest.mark.django_db(transaction=True)
Restore = Callable[..., str]


def stored(name: str, content: bytes) -> MediaFile:
    file = MediaFileFactory(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(content)
    return file


@pytest.fixture
def files(home: Path) -> list[MediaFile]:
    return [stored(f"corpus/clip/{number}.mp4", bytes([number]) * 100) for number in range(1, 5)]


def run(*words: str) -> tuple[int, list[str]]:
    out = io.StringIO()
    try:
        call_command(*words, stdout=out)
    except CommandError as error:
        return error.returncode, [*out.getvalue().splitlines(), *str(error).splitlines()]
    return 0, out.getvalue().splitlines()


def damage(files: list[MediaFile]) -> None:
    files[0].path.unlink()
    files[1].path.write_bytes(files[1].path.read_bytes()[:50])
    files[2].path.write_bytes(b"x" * 100)
    (files[3].path.parent / "stray").write_bytes(b"stray")


GAPS = [
    "missing: corpus/clip/1.mp4",
    "size or content differs from the database: corpus/clip/2.mp4",
    "size or content differs from the database: corpus/clip/3.mp4",
    "1 of 4 media files are missing, 2 differ.",
]


def test_a_backup_of_a_complete_folder_says_so(files: list[MediaFile], tmp_path: Path) -> None:
    code, lines = run("backup", str(tmp_path / "all"))
    assert (code, lines[1:]) == (0, ["Store it safely: it contains all data."])


@pytest.mark.database
def test_a_backup_names_what_is_missing_or_differs(files: list[MediaFile], tmp_path: Path) -> None:
    damage(files)
    code, lines = run("backup", str(tmp_path / "all"))
    assert code == 1
    assert lines[1:] == [
        "Files in the media folder that the database does not name: 1.",
        *GAPS,
        "The backup was written, but it is incomplete.",
    ]
    kept = {name for name in unpack(tmp_path / "all", tmp_path / "out").files if name.startswith("media/")}
    assert kept == {f"media/corpus/clip/{name}" for name in ("2.mp4", "3.mp4", "4.mp4", "stray")}


def test_a_restore_names_what_is_missing_or_differs(
    files: list[MediaFile], restore: Restore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(files)
    call_command("migrate", verbosity=0)
    assert run("backup", str(tmp_path / "all"))[0] == 1
    said = restore(str(tmp_path / "all"), "--force")
    assert said == "\n".join([f"1: {GAPS[0]}", *GAPS[1:], "The backup was restored, but it is incomplete."])


def test_a_long_list_is_shortened_with_its_number(home: Path, tmp_path: Path) -> None:
    corpus = stored("a", b"a").corpus
    for number in range(70):
        MediaFileFactory(corpus=corpus, name=f"b{number:03d}", sha256=f"{number:064d}", size=1)
    code, lines = run("backup", str(tmp_path / "all"))
    assert code == 1
    assert [line for line in lines if line.startswith("missing")] == [f"missing: b{number:03d}" for number in range(50)]
    assert "… and 20 more; `manage.py check_media` lists all." in lines
    assert len(run("check_media")[1]) == 71


def test_a_file_removed_during_the_backup_is_named(
    files: list[MediaFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = creation._media

    def then_removed() -> list[Path]:
        paths = listed()
        files[0].path.unlink(missing_ok=True)
        return paths

    monkeypatch.setattr(creation, "_media", then_removed)
    code, lines = run("backup", str(tmp_path / "all"))
    assert code == 1
    assert "missing: corpus/clip/1.mp4" in lines


def test_names_that_no_backup_can_hold_are_counted(files: list[MediaFile], tmp_path: Path) -> None:
    for name in ("line\nbreak", "back\\slash", "\udcff", "corpus/CLIP"):
        (files[0].path.parents[2] / name).write_bytes(b"x")
    code, lines = run("backup", str(tmp_path / "all"))
    assert code == 0
    assert "Files left out because a backup cannot hold their names: 4." in lines
    unpack(tmp_path / "all", tmp_path / "out")
    with tarfile.open(tmp_path / "all") as tar:
        assert [name for name in tar.getnames() if name.startswith("media/")] == [f"media/{one.name}" for one in files]


def test_the_media_folder_is_checked_by_size_or_content(files: list[MediaFile], home: Path) -> None:
    assert run("check_media") == (0, ["All 4 media files exist with the size that the database states."])
    checked = ["All 4 media files exist with the size and content that the database states."]
    assert run("check_media", "--checksums") == (0, checked)
    damage(files)
    (home / "media" / ".restore-x").mkdir()
    (home / "media" / ".restore-x" / "leftover").write_bytes(b"")
    stray = "Files in the media folder that the database does not name: 1."
    assert run("check_media", "--checksums") == (1, [stray, *GAPS])
    by_size = [stray, *GAPS[:2], "1 of 4 media files are missing, 1 differ."]
    assert run("check_media") == (1, by_size)
    assert "corpus/clip/4.mp4" in contents(home / "media")
