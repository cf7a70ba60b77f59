import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from tests.config.setup.test_commands import ROOT, manage
from tests.stack import database_url

BY_MIGRATIONS = """
import django
django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""
SCHEMA = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("select sql from sqlite_master where sql is not null")
    else:
        cursor.execute('''
            select concat_ws(' ', table_name, column_name, is_nullable, column_default, character_maximum_length,
                             collation_name, case data_type when 'bigint' then 'integer' else data_type end)
            from information_schema.columns where table_schema = 'public'
            union all select indexdef from pg_indexes where schemaname = 'public'
            union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace
            union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        ''')
    print("\\n".join(sorted(row[0] for row in cursor)))
"""
OF_RENAMED = r"(annotator_(question|setaside|inquiry|lateoperation)|corpus_(change|utteranceedit))_\w+"
NAMES = re.compile(rf'(?<=INDEX )"?{OF_RENAMED}"?')  # Django finds such indexes by their columns

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Callable[[str], dict[str, str]]]:
    """Return a function that creates an empty database and returns the environment to use it."""
    created = []

    def server() -> "psycopg2.extensions.connection":
        opened = psycopg2.connect(database_url())
        opened.autocommit = True
        return opened

    def create(name: str) -> dict[str, str]:
        if connection.vendor == "sqlite":
            return {"CONCORD_HOME": str(tmp_path / name)}
        created.append(f"concord_{name}_{uuid.uuid4().hex[:8]}")
        with server().cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {created[-1]}")
        return {
            "CONCORD_HOME": str(tmp_path / name),
            "DATABASE_URL": f"{database_url().rpartition('/')[0]}/{created[-1]}",
        }

    yield create
    for each in created:
        with server().cursor() as cursor:
            cursor.execute(f"DROP DATABASE {each}")


def python(script: str, environment: dict[str, str]) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", "-c", script]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | settings | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def parts(line: str) -> list[str]:
    """Return the columns and constraints of a table on SQLite, whose order may differ, or the line itself."""
    if not line.startswith("CREATE TABLE"):
        return [NAMES.sub("", line)]
    head, _, body = line.partition("(")
    found, depth = [""], 0
    for character in body.rpartition(")")[0]:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [f"{head}{each.strip()}" for each in found]


def migrated(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    kept = {name: value for name, value in environment.items() if name != "CONCORD_HOME"}
    return manage(Path(environment["CONCORD_HOME"]), "migrate", *arguments, **kept)


def interrupted(environment: dict[str, str], *statements: str) -> dict[str, str]:
    """Return the environment of a database with all tables and no recorded migration, after some statements."""
    assert migrated(environment, "--verbosity", "0")[0] == 0
    script = "import django\ndjango.setup()\nfrom django.db import connection\n"
    for statement in ("DELETE FROM django_migrations", *statements):
        script += f"connection.cursor().execute({statement!r})\n"
    python(script, environment)
    return environment


@pytest.mark.database
def test_the_tables_of_a_fresh_database_are_those_that_all_migrations_make(
    database: Callable[[str], dict[str, str]],
) -> None:
    fresh, updated = database("fresh"), database("updated")
    assert migrated(fresh, "--verbosity", "0") == (0, "", "")
    Path(updated["CONCORD_HOME"]).mkdir(exist_ok=True)
    python(BY_MIGRATIONS, updated)
    schemas = [{each for line in python(SCHEMA, one).splitlines() for each in parts(line)} for one in (fresh, updated)]
    assert schemas[0] == schemas[1]
    assert len(schemas[0]) > 300


def test_a_fresh_database_counts_as_migrated(database: Callable[[str], dict[str, str]]) -> None:
    fresh = database("fresh")
    assert migrated(fresh, "--verbosity", "0")[0] == 0
    assert migrated(fresh, "--check") == (0, "", "")
    code, told, _ = migrated(fresh)
    assert (code, "No migrations to apply." in told) == (0, True)


@pytest.mark.database
def test_a_creation_that_was_killed_before_it_recorded_the_migrations_is_completed(
    database: Callable[[str], dict[str, str]],
) -> None:
    fresh = interrupted(database("fresh"))
    assert migrated(fresh, "--verbosity", "0") == (0, "", "")
    assert migrated(fresh, "--check") == (0, "", "")


def test_tables_of_an_earlier_version_do_not_count_as_those_of_a_fresh_database(
    database: Callable[[str], dict[str, str]],
) -> None:
    fresh = interrupted(database("fresh"), "ALTER TABLE common_beat RENAME COLUMN seen_at TO earlier")
    code, _, told = migrated(fresh, "--verbosity", "0")
    assert code == 1
    assert "already exists" in told
