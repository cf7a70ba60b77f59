"""Dump and load of the database: one file for SQLite, one COPY file per table for PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from common.database.snapshot import snapshot
from common.errors import Refused
from config.backup.manifest import Manifest
from corpus.domain.media.completeness import table as media_table

# functions created by migrations, not by extensions
OWN_FUNCTIONS = """
    SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
SQLITE_FILE = "concord.sqlite3"


def dump(folder: Path) -> list[tuple[str, int, str]]:
    """Write a consistent dump of the database into `folder`, without blocking other connections.

    Returns:
        name, size and SHA-256 of the media files by this dump.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / SQLITE_FILE)])
        try:
            with closing(sqlite3.connect(folder / SQLITE_FILE)) as dumped:
                return dumped.execute("SELECT name, size, sha256 FROM corpus_mediafile").fetchall()
        except sqlite3.OperationalError as error:  # without tables; explained like errors of Django's connection
            raise OperationalError(str(error)) from error
    with snapshot(), connection.cursor() as cursor:
        for table in _tables():
            with (folder / f"{table}.copy").open("wb") as file:
                cursor.copy_expert(f'COPY "{table}" ({_columns(table)}) TO STDOUT', file)
        return media_table()


def facts() -> dict[str, Any]:
    """Return the metadata for a restore: kind of database, applied migrations, columns of the tables."""
    applied = sorted(MigrationExecutor(connection).loader.applied_migrations)
    columns = {} if connection.vendor == "sqlite" else {table: _columns(table) for table in _tables()}
    return {"database": connection.vendor, "migrations": [list(name) for name in applied], "columns": columns}


def require_loadable(folder: Path, manifest: Manifest, *, file: str) -> None:
    """Require that this installation can read the backup whose dump is in `folder`.

    Args:
        folder: with the files of the database.
        manifest: of the backup.
        file: name of the backup, for the message.

    Raises:
        Refused: `backup.other_database`, `backup.newer`, `backup.too_old`, `backup.damaged`.
    """
    if manifest.database != connection.vendor:
        raise Refused("backup.other_database", theirs=manifest.database, ours=connection.vendor)
    executor = MigrationExecutor(connection)
    applied = _present_migrations(executor, manifest)
    nodes = executor.loader.graph.node_map
    consistent = all(parent.key in applied for key in applied for parent in nodes[key].parents)
    if not consistent or (connection.vendor == "sqlite" and not _is_sound(folder / SQLITE_FILE, manifest)):
        raise Refused("backup.damaged", file=file)


def _is_sound(dump_file: Path, manifest: Manifest) -> bool:
    """Return whether a file is an undamaged SQLite database with the migrations of the manifest."""
    try:
        with closing(sqlite3.connect(f"{dump_file.as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            sound = found.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            migrations = set(found.execute("SELECT app, name FROM django_migrations").fetchall())
    except sqlite3.Error:
        return False
    return sound and migrations == set(manifest.migrations)


def is_empty() -> bool:
    """Return whether the database has no users, or no tables."""
    tables = set(connection.introspection.table_names())
    user = apps.get_model("common", "User")
    return user._meta.db_table not in tables or not user.objects.exists()  # noqa: SLF001 -- documented API


def load(folder: Path, manifest: Manifest) -> None:
    """Replace the database by the dump in `folder`, in one transaction.

    Raises:
        Refused: `backup.damaged`; the dump can't be loaded.
    """
    if connection.vendor == "sqlite":
        _load_sqlite(folder / SQLITE_FILE)
    else:
        _load_postgresql(folder, manifest)


def _load_sqlite(dump_file: Path) -> None:
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    # SQLite's backup function is one transaction on the target and handles its WAL files
    try:
        with closing(sqlite3.connect(dump_file)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as error:
        raise Refused("backup.damaged", file=dump_file.name) from error


def _load_postgresql(folder: Path, manifest: Manifest) -> None:
    try:
        _copy_into_tables(folder, manifest)
    except (DataError, IntegrityError, ProgrammingError) as error:  # the content does not fit the tables
        raise Refused("backup.damaged", file=folder.name) from error


def _copy_into_tables(folder: Path, manifest: Manifest) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        _drop_everything(cursor)
        executor = MigrationExecutor(connection)
        state = executor.migrate(_last_migrations(executor, manifest))  # its models have the tables of the backup
        if not manifest.columns.keys() <= set(connection.introspection.table_names()):
            raise Refused("backup.damaged", file=folder.name)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # some are immediate; tables are loaded by name
        for table, columns in manifest.columns.items():
            with (folder / f"{table}.copy").open("rb") as file:
                cursor.copy_expert(f'COPY "{table}" ({columns}) FROM STDIN', file)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(state.apps.get_models())):
            cursor.execute(statement)


def _drop_everything(cursor: CursorWrapper) -> None:
    """Drop the tables and functions; not the schema, which may belong to another user."""
    for table in connection.introspection.table_names():
        cursor.execute(f'DROP TABLE "{table}" CASCADE')
    cursor.execute(OWN_FUNCTIONS)
    for (function,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {function} CASCADE")


def _last_migrations(executor: MigrationExecutor, manifest: Manifest) -> list[tuple[str, str]]:
    """Return the last migration of each app in the backup, which may be older than the code."""
    applied = _present_migrations(executor, manifest)
    graph = executor.loader.graph
    return [
        key
        for key in sorted(applied)
        if not any(child.key[0] == key[0] and child.key in applied for child in graph.node_map[key].children)
    ]


def _present_migrations(executor: MigrationExecutor, manifest: Manifest) -> set[tuple[str, str]]:
    """Return the migrations of a backup by their present names: those that were squashed have one name together.

    Raises:
        Refused: `backup.newer`, there are migrations that this version does not have; `backup.too_old`, some of the
            squashed migrations are missing.
    """
    applied = set(manifest.migrations)
    disk = executor.loader.disk_migrations or {}
    squashed = {key: set(migration.replaces) for key, migration in disk.items() if migration.replaces}
    if applied - disk.keys() - set[tuple[str, str]]().union(*squashed.values()):
        raise Refused("backup.newer")
    whole = {key for key, replaced in squashed.items() if replaced <= applied}
    if any(replaced & applied for key, replaced in squashed.items() if key not in whole | applied):
        raise Refused("backup.too_old")
    return (applied & disk.keys()) | whole


def _tables() -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    return ", ".join(f'"{name}"' for name in names)
