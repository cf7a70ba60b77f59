import contextlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from common.errors import Refused
from config.backup.archive import Writer, unpack
from tests.conftest import missing
from tests.everything import postgres

PROJECT = Path(__file__).resolve().parents[2]


class Installation:
    def __init__(self, home: Path, database_url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONCORD_", "DJANGO_"))}
        ours = {"CONCORD_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url}
        self.home, self.environment = home, {**kept, **ours, "PYTHONWARNINGS": "ignore", "PYTHONPATH": str(PROJECT)}

    def run(self, step: str, *files: Path) -> Any:
        answer = self.home / "answer.json"
        command = [sys.executable, "tests/config/backup_steps.py", step, *map(str, files), str(answer)]
        told = subprocess.run(
            command, cwd=PROJECT, env=self.environment, capture_output=True, text=True, check=False, timeout=180
        )
        assert told.returncode == 0, told.stderr
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


@pytest.fixture(params=["sqlite", "postgresql"])
def installations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Installation]]:
    homes = [tmp_path / "here", tmp_path / "there"]
    for home in homes:
        home.mkdir()
    if request.param == "sqlite":
        yield [Installation(home, f"sqlite://{home}/concord.sqlite3") for home in homes]
        return
    with contextlib.ExitStack() as stack:
        urls = [
            stack.enter_context(contextlib.contextmanager(postgres_database)(f"concord_backup_{os.getpid()}_{n}"))
            for n in range(2)
        ]
        yield [Installation(home, url) for home, url in zip(homes, urls, strict=True)]


@pytest.mark.worker  # it takes its time
def test_what_was_backed_up_comes_back(installations: list[Installation], tmp_path: Path) -> None:
    here, there = installations
    file, damaged = tmp_path / "all.backup", tmp_path / "damaged.backup"
    made = here.run("here", file, damaged)
    assert file.stat().st_mode & 0o777 == 0o600
    assert {"manifest.json", "train.jsonl", "dev.csv"} <= set(made["release"])
    assert made["again"] == f"2: {file} exists already; nothing was written."

    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    found = there.run("there", file, damaged)
    assert found == {
        "restored": made["content"],
        "release": made["release"],
        "not_empty": "2: There are people or media here already; --force replaces them. Nothing was changed.",
        "damaged": "1: damaged.backup is damaged or no backup of Concord; nothing was changed.",
        "running": "1: Concord is running on this home; end it first. Nothing was changed.",
        "kept": True,
        "forced": made["content"],
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.write_bytes(b"content")
    with (tmp_path / "archive").open("wb") as file:
        writer = Writer(file)
        writer.add("media/one", source)
        writer.finish({"database": "sqlite"})
    return tmp_path / "archive"


def test_an_archive_is_unpacked(archive: Path, tmp_path: Path) -> None:
    manifest = unpack(archive, tmp_path / "out")
    assert manifest["database"] == "sqlite"
    assert (tmp_path / "out/media/one").read_bytes() == b"content"


@pytest.mark.parametrize("kept", [0, 600, 1024, 1600])
def test_an_archive_that_ends_early_is_damaged(archive: Path, tmp_path: Path, kept: int) -> None:
    archive.write_bytes(archive.read_bytes()[:kept])
    with pytest.raises(Refused) as refused:
        unpack(archive, tmp_path / "out")
    assert refused.value.code == "backup.damaged"


def test_an_archive_that_points_outside_is_refused(tmp_path: Path) -> None:
    for name in ("../outside", "/outside"):
        with tarfile.open(tmp_path / "evil", "w") as tar:
            info = tarfile.TarInfo(name)
            info.size = 3
            tar.addfile(info, io.BytesIO(b"out"))
        with pytest.raises(Refused):
            unpack(tmp_path / "evil", tmp_path / "out")
    assert not (tmp_path / "outside").exists()


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil", "w") as tar:
        info = tarfile.TarInfo("media/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(Refused):
        unpack(tmp_path / "evil", tmp_path / "out")


def test_a_manifest_names_size_and_hash_of_each_file(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        manifest = tar.extractfile("manifest.json")
        assert manifest is not None
        assert json.load(manifest)["files"] == {
            "media/one": {
                "bytes": 7,
                "sha256": "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73",
            }
        }
