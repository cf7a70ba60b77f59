import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.backup.restoration import require_finished
from tests.config.backup.material import contents, dump, manifest, member

pytestmark = pytest.mark.django_db
Restore = Callable[..., str]


@pytest.fixture
def scratch(home: Path) -> Path:
    """The folder of a restore that was interrupted after its plan was written."""
    folder = home / "media" / ".restore-abc"
    (folder / "old").mkdir(parents=True)
    (folder / "fresh" / "media" / "5a").mkdir(parents=True)
    (folder / "fresh" / "media" / "5a" / "clip").write_bytes(b"fresh")
    (home / "media" / "earlier").write_bytes(b"old")
    (home / "secret").write_bytes(b"secret")
    return folder


def plan(home: Path, **changed: Any) -> dict[str, Any]:
    members = [member("database/concord.sqlite3", dump(home)), member("media/5a/clip", b"fresh")]
    return {"old": ["earlier"], "fresh": ["5a"], "manifest": manifest(members), **changed}


def test_an_interrupted_restore_is_completed(home: Path, scratch: Path, restore: Restore) -> None:
    (scratch / "plan.json").write_text(json.dumps(plan(home)))
    assert restore("--finish") == ""
    assert contents(home / "media") == {"5a/clip": b"fresh"}


def test_old_names_that_are_no_text_are_moved(home: Path, scratch: Path, restore: Restore) -> None:
    (home / "media" / "earlier").rename(home / "media" / "\udcff")
    (scratch / "plan.json").write_text(json.dumps(plan(home, old=["\udcff"])))
    assert restore("--finish") == ""
    assert contents(home / "media") == {"5a/clip": b"fresh"}


@pytest.mark.parametrize(
    "changed",
    [
        {"fresh": ["../../secret"]},
        {"fresh": ["5a", "../../secret"]},
        {"fresh": []},
        {"fresh": [".restore-x"]},
        {"old": ["../secret"]},
        {"old": ["/etc"]},
        {"old": [".."]},
        {"old": [""]},
        {"old": ["a/b"]},
        {"old": ["a\0"]},
        {"old": [".restore-abc"]},
        {"old": "earlier"},
        {"old": None},
        {"manifest": []},
        {"manifest": {}},
    ],
)
def test_a_plan_that_a_restore_never_makes_is_rejected(
    home: Path, scratch: Path, restore: Restore, changed: dict[str, Any]
) -> None:
    (scratch / "plan.json").write_text(json.dumps(plan(home, **changed)))
    before = contents(home)
    said = restore("--finish")
    assert said.startswith(f"1: The plan of the interrupted restore in {scratch} cannot be read. Nothing was changed.")
    assert contents(home) == before | {"run/lock": b""}


@pytest.mark.parametrize("text", ["", "[]", "NaN", "[" * 100_000, '{"old": [], "fresh": []}', "\x00"])
def test_a_plan_of_another_form_is_rejected(home: Path, scratch: Path, restore: Restore, text: str) -> None:
    (scratch / "plan.json").write_text(text)
    assert restore("--finish").startswith("1: The plan of the interrupted restore")


def test_a_linked_folder_or_plan_is_rejected(home: Path, scratch: Path, restore: Restore) -> None:
    real = home / "elsewhere.json"
    real.write_text(json.dumps(plan(home)))
    (scratch / "plan.json").symlink_to(real)
    assert restore("--finish").startswith("1: The plan")
    (scratch / "plan.json").unlink()
    real.rename(scratch / "plan.json")
    scratch.rename(home / "elsewhere")
    scratch.symlink_to(home / "elsewhere")
    assert restore("--finish").startswith("1: The plan")


def test_a_rejected_archive_leaves_nothing_to_finish(home: Path, restore: Restore) -> None:
    assert restore(content=b"no archive") == "1: a.backup is damaged or not a Concord backup. Nothing was changed."
    require_finished()
    with pytest.raises(CommandError, match="There is no interrupted restore"):
        call_command("restore", "--finish")


def test_leftovers_that_are_no_folders_are_removed(home: Path, restore: Restore) -> None:
    (home / "secret").mkdir()
    (home / "secret" / "kept").write_bytes(b"kept")
    (home / "media" / ".restore-file").write_bytes(b"")
    (home / "media" / ".restore-link").symlink_to(home / "secret")
    assert restore(content=b"").startswith("1: ")
    assert contents(home / "media") == {}
    assert (home / "secret" / "kept").exists()
