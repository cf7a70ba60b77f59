"""Data of earlier versions is upgraded.

`upgrade/` holds the demo corpus as the commit before the squashed migrations kept it: an SQLite database as SQL, and a
backup of PostgreSQL without its media. A flag, two inquiries, a late operation, an excluded dialogue and an edited
utterance were added by hand.
"""

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from common.errors import Refused
from config.backup import databases
from config.backup.manifest import Manifest
from corpus.models import triggers
from tests.config.setup.test_fresh_database import NAMES

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).parent / "upgrade"
COUNTS = """
import json
from annotator.models import Assignment, Flag, Inquiry, LateOperation, Return
from corpus.models import Annotation, Dialogue, Revision, UtteranceEdit
wrong = [
    row.pk for row in Annotation.objects.select_related("codebook")
    if (None if row.codes is None else row.codebook.layout().decode(row.codes)) != row.answers
]
models = (Annotation, Assignment, Dialogue, Flag, Inquiry, LateOperation, Return, Revision, UtteranceEdit)
print(json.dumps({
    **{model.__name__: model.objects.count() for model in models},
    "withdrawn": Annotation.objects.filter(answers__isnull=True).count(),
    "wrong codes": wrong,
    "corrected": Annotation.objects.filter(first_number__isnull=False).count(),
    "dialogues": sorted(set(Dialogue.objects.values_list("state", flat=True))),
    "returns": list(Return.objects.values_list("state", flat=True)),
}))
"""
EXPECTED = {
    "Annotation": 73,
    "Dialogue": 6,
    "Flag": 1,
    "Inquiry": 2,
    "LateOperation": 1,
    "Return": 1,
    "Revision": 76,
    "UtteranceEdit": 1,
    "withdrawn": 3,
    "wrong codes": [],
    "corrected": 0,
    "dialogues": ["excluded", "ready"],
    "returns": ["excluded"],
}


def manage(*arguments: str, **environment: str) -> str:
    done = run_manage(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False, timeout=120
    )


def sqlite_schema(home: Path) -> dict[str, str]:
    with sqlite3.connect(home / "concord.sqlite3") as database:
        rows = database.execute(
            "SELECT type || ' ' || name, sql FROM sqlite_master WHERE name LIKE '%\\_%' ESCAPE '\\'"
        )
        found = {name: _normal(sql) for name, sql in rows if sql and not name.startswith("table sqlite_")}
    # indexes of renamed tables keep names that a fresh database does not have: here their definition names them
    return {
        NAMES.sub("", sql) if NAMES.search(str(sql)) else name: NAMES.sub("", sql) if isinstance(sql, str) else sql
        for name, sql in found.items()
    }


def _normal(sql: str) -> Any:
    """A table's definition without the order of its columns and constraints, which an upgrade cannot keep."""
    body = re.sub(r"\s+", " ", sql.replace('"', ""))
    if not body.startswith("CREATE TABLE"):
        return body
    return sorted(re.split(r", (?=[a-z_0-9]+ |CONSTRAINT )", body.partition("(")[2].rpartition(")")[0]))


@pytest.mark.slow
def test_a_data_folder_on_sqlite_is_upgraded_to_the_schema_of_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for home in (old, new):
        home.mkdir()
    with sqlite3.connect(old / "concord.sqlite3") as database:
        database.executescript(gzip.decompress((FILES / "sqlite.sql.gz").read_bytes()).decode())
    for home in (old, new):
        manage("migrate", "--verbosity", "0", CONCORD_HOME=str(home))
    found = json.loads(manage("shell", "--no-imports", "--command", COUNTS, CONCORD_HOME=str(old)))
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    schema = sqlite_schema(old)
    assert schema == sqlite_schema(new)
    found = {name.removeprefix("trigger ") for name in schema if name.startswith("trigger ")}
    assert found == set(map(triggers._name, triggers.triggers()))


@pytest.fixture
def database() -> Iterator[str]:
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("needs PostgreSQL")
    server, name = url.rpartition("/")[0], f"concord_upgrade_{uuid.uuid4().hex[:8]}"
    _execute(url, f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    _execute(url, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> list[Any]:
    server = psycopg2.connect(url)
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        server.close()


@pytest.mark.database
def test_a_backup_of_postgresql_is_restored_and_upgraded(tmp_path: Path, database: str) -> None:
    backup = tmp_path / "earlier.tar"
    backup.write_bytes(gzip.decompress((FILES / "postgresql.backup.gz").read_bytes()))
    environment = {"CONCORD_HOME": str(tmp_path / "home"), "DATABASE_URL": database}
    (tmp_path / "home").mkdir()
    done = run_manage("restore", str(backup), **environment)
    assert (done.returncode, "The backup was restored, but it is incomplete." in done.stderr) == (1, True)  # no media
    found = json.loads(manage("shell", "--no-imports", "--command", COUNTS, **environment))
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    statement = "SELECT DISTINCT trigger_name FROM information_schema.triggers ORDER BY 1"
    names = {name for (name,) in _execute(database, statement)}
    assert names >= set(map(triggers._name, triggers.triggers()))
    assert not [name for name in names if not name.startswith(triggers.PREFIX)]


OLD_MIGRATIONS = [
    *[("common", name) for name in ("0001_initial", "0002_api_token", "0003_session_knows_its_person")],
    *[("auth", "0001_initial")],
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("migrations", "expected"),
    [
        (OLD_MIGRATIONS, {("common", "0001_squashed_0003_session_knows_its_person"), ("auth", "0001_initial")}),
        (OLD_MIGRATIONS[1:], "backup.too_old"),
        ([*OLD_MIGRATIONS, ("common", "9999_of_a_later_version")], "backup.newer"),
    ],
    ids=["before the squash", "half of it", "newer"],
)
def test_the_migrations_of_a_backup_get_their_present_names(migrations: list[tuple[str, str]], expected: Any) -> None:
    manifest = Manifest(format="concord-backup/1", database="sqlite", migrations=migrations, files={})
    try:
        found: Any = databases._present_migrations(MigrationExecutor(connection), manifest)
    except Refused as refusal:
        found = refusal.code
    assert found == expected
