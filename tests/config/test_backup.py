import contextlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from common.errors import Refused
from common.version import VERSION
from config.backup.archive import Writer, unpack
from config.backup.manifest import PREFIX
from config.backup.restoration import clear_leftovers, require_finished
from tests.conftest import missing
from tests.everything import postgres

PROJECT = Path(__file__).resolve().parents[2]


class Installation:
    def __init__(self, home: Path, database_url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONCORD_", "DJANGO_"))}
        ours = {"CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url}
        self.home, self.environment = home, {**kept, **ours, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(PROJECT)}

    def command(self, step: str, *words: Path | str) -> list[str]:
        return [sys.executable, "tests/config/backup_steps.py", step, *map(str, words), str(self.home / "answer.json")]

    def run(self, step: str, *words: Path | str) -> Any:
        answer = self.home / "answer.json"
        command = self.command(step, *words)
        completed = subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False, timeout=180
        )
        assert completed.returncode == 0, completed.stderr
        return json.loads(answer.read_text(encoding="utf-8"))


def postgres_database(name: str) -> Iterator[str]:
    server = postgres()
    if server is None:
        missing("PostgreSQL")
    assert server is not None
    base = server.rpartition("/")[0]
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {name}")
            yield f"{base}/{name}"
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def installation(home: Path, kind: str, stack: contextlib.ExitStack) -> Installation:
    home.mkdir()
    if kind == "sqlite":
        return Installation(home, f"sqlite://{home}/concord.sqlite3")
    name = f"concord_backup_{os.getpid()}_{home.name}"
    return Installation(home, stack.enter_context(contextlib.contextmanager(postgres_database)(name)))


@dataclass
class Made:
    """A backup, the content of its installation, and another, empty installation."""

    file: Path
    held: Any
    there: Installation


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def backed_up(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Any]]:
    folder = tmp_path_factory.mktemp("backup")
    with contextlib.ExitStack() as stack:
        here = installation(folder / "here", request.param, stack)
        yield folder / "all.backup", here.run("here", folder / "all.backup", "")


@pytest.fixture
def made(request: pytest.FixtureRequest, backed_up: tuple[Path, Any], tmp_path: Path) -> Iterator[Made]:
    kind: str = request.node.callspec.params["backed_up"]
    with contextlib.ExitStack() as stack:
        yield Made(*backed_up, installation(tmp_path / "there", kind, stack))


@pytest.mark.worker  # slow
def test_a_restore_returns_the_content_of_the_backup(made: Made, tmp_path: Path) -> None:
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert {"manifest.json", "train.jsonl", "dev.csv"} <= set(made.held["release"])
    assert made.held["again"] == f"2: {made.file} already exists. Nothing was written; choose another file name."

    assert unpack(made.file, tmp_path / "unpacked").concord == VERSION

    content = bytearray(made.file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(content)
    found = made.there.run("there", made.file, damaged)
    assert found == {
        "restored": made.held["content"],
        "release": made.held["release"],
        "not_empty": "2: This installation already has users or media. Nothing was changed; --force replaces them.",
        "damaged": "1: damaged.backup is damaged or not a Concord backup. Nothing was changed.",
        "running": "1: Concord is running on this data folder. Nothing was changed; stop Concord first.",
        "kept": True,
        "forced": made.held["content"],
    }


@pytest.mark.worker  # slow
@pytest.mark.parametrize(
    ("backed_up", "killed_after"),
    [
        ("sqlite", "half of the old"),
        ("sqlite", "the old"),
        ("sqlite", "the fresh"),
        ("sqlite", "the database"),
        ("postgresql", "the database"),
    ],
    indirect=["backed_up"],
)
def test_a_killed_restore_is_reported_and_can_be_completed(made: Made, killed_after: str) -> None:
    command = made.there.command("half", made.file, killed_after)
    environment = made.there.environment
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.kill()
    said = (
        "A restore was interrupted, so the database and the media do not match. "
        "Run `manage.py restore --finish` to complete it."
    )
    assert made.there.run("after", made.file, killed_after) == {
        "messages": [f"1: {said}"] * 3,
        "disk": said,
        "content": made.held["content"],
        "again": "2: There is no interrupted restore to complete.",
    }


def test_the_remains_of_a_restore_killed_early_do_not_block_another(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / f"{PREFIX}abc" / "fresh").mkdir(parents=True)
    require_finished()
    clear_leftovers()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    with (tmp_path / "archive").open("wb") as file:
        writer = Writer(file)
        writer.add("database/concord.sqlite3", source)
        writer.add("media/one", source)
        writer.finish({"database": "sqlite", "migrations": []})
    return tmp_path / "archive"


def test_an_archive_is_unpacked(archive: Path, tmp_path: Path) -> None:
    manifest = unpack(archive, tmp_path / "out")
    assert manifest.database == "sqlite"
    assert (tmp_path / "out/media/one").read_bytes() == b"content"


@pytest.mark.parametrize("kept", [0, 600, 1024, 1600])
def test_an_archive_that_ends_early_is_damaged(archive: Path, tmp_path: Path, kept: int) -> None:
    archive.write_bytes(archive.read_bytes()[:kept])
    with pytest.raises(Refused) as refused:
        unpack(archive, tmp_path / "out")
    assert refused.value.code == "backup.damaged"


def test_a_manifest_names_size_and_hash_of_each_file(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        entry = {"bytes": 7, "sha256": "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"}
        assert json.load(manifest)["files"] == {"database/concord.sqlite3": entry, "media/one": entry}
