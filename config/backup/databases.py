"""Dump and load of the database: one file for SQLite, one COPY file per table for PostgreSQL."""

import sqlite3
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from common.database.snapshot import snapshot
from common.errors import Refused

# functions created by migrations, not by extensions
OWN_FUNCTIONS = """
    SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
SQLITE_FILE = "concord.sqlite3"


def dump(folder: Path) -> None:
    """Write a consistent dump of the database into `folder`, without blocking other connections."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / SQLITE_FILE)])
        return
    with snapshot(), connection.cursor() as cursor:
        for table in _tables():
            with (folder / f"{table}.copy").open("wb") as file:
                cursor.copy_expert(f'COPY "{table}" ({_columns(table)}) TO STDOUT', file)


def facts() -> dict[str, Any]:
    """Return the metadata for a restore: kind of database, applied migrations, columns of the tables."""
    applied = sorted(MigrationExecutor(connection).loader.applied_migrations)
    columns = {} if connection.vendor == "sqlite" else {table: _columns(table) for table in _tables()}
    return {"database": connection.vendor, "migrations": [list(name) for name in applied], "columns": columns}


def require_loadable(manifest: dict[str, Any]) -> None:
    """Require that this installation can read the backup.

    Raises:
        Refused: `backup.other_database`, `backup.newer`, `backup.too_old`.
    """
    if manifest["database"] != connection.vendor:
        raise Refused("backup.other_database", theirs=manifest["database"], ours=connection.vendor)
    _present_migrations(MigrationExecutor(connection), manifest)


def is_empty() -> bool:
    """Return whether the database has no users, or no tables."""
    tables = set(connection.introspection.table_names())
    user = apps.get_model("common", "User")
    return user._meta.db_table not in tables or not user.objects.exists()  # noqa: SLF001 -- documented API


def load(folder: Path, manifest: dict[str, Any]) -> None:
    """Replace the database by the dump in `folder`, in one transaction.

    Raises:
        Refused: `backup.damaged`; the dump can't be loaded.
    """
    if connection.vendor == "sqlite":
        _load_sqlite(folder / SQLITE_FILE)
    else:
        _load_postgresql(folder, manifest)


def _load_sqlite(dump_file: Path) -> None:
    with sqlite3.connect(dump_file) as found:
        if found.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise Refused("backup.damaged", file=dump_file.name)
    found.close()
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    # SQLite's backup function is one transaction on the target and handles its WAL files
    with sqlite3.connect(dump_file) as source, sqlite3.connect(path) as target:
        source.backup(target)
    source.close()
    target.close()


def _load_postgresql(folder: Path, manifest: dict[str, Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        _drop_everything(cursor)
        executor = MigrationExecutor(connection)
        state = executor.migrate(_last_migrations(executor, manifest))  # its models have the tables of the backup
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # some are immediate; tables are loaded by name
        for table, columns in manifest["columns"].items():
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


def _last_migrations(executor: MigrationExecutor, manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the last migration of each app in the backup, which may be older than the code."""
    applied = _present_migrations(executor, manifest)
    graph = executor.loader.graph
    return [
        key
        for key in sorted(applied)
        if not any(child.key[0] == key[0] and child.key in applied for child in graph.node_map[key].children)
    ]


def _present_migrations(executor: MigrationExecutor, manifest: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the migrations of a backup by their present names: those that were squashed have one name together.

    Raises:
        Refused: `backup.newer`, there are migrations that this version does not have; `backup.too_old`, some of the
            squashed migrations are missing.
    """
    applied = {(app, name) for app, name in manifest["migrations"]}
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
