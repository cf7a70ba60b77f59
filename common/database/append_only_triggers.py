"""Migration steps for triggers that refuse changes to append-only rows."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations import RunPython
from django.db.migrations.state import StateApps

FUNCTION = "concord_added_only"
CREATE_FUNCTION = f"""
CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are added, never changed', TG_TABLE_NAME; END $$
"""


def create_trigger_function() -> RunPython:
    """Return the step that creates the function behind the triggers, which only PostgreSQL needs."""

    def create(_apps: StateApps, editor: Any) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(CREATE_FUNCTION, params=None)  # no parameters: the text has a % of its own

    def drop(_apps: StateApps, editor: Any) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(f"DROP FUNCTION {FUNCTION}")

    return RunPython(create, drop)


def refuse_updates(table: str, columns: Sequence[str]) -> RunPython:
    """Return the step that adds the trigger `<table>_unchanged`.

    Args:
        table: the table to protect.
        columns: columns whose update is refused. A column that a deletion elsewhere sets to NULL is left out.
    """

    def create(_apps: StateApps, editor: Any) -> None:
        editor.execute(_create_sql(table, columns, editor.connection.vendor))

    def drop(_apps: StateApps, editor: Any) -> None:
        editor.execute(_drop_sql(table, editor.connection.vendor))

    return RunPython(create, drop)


def allow_updates(table: str, columns: Sequence[str]) -> RunPython:
    """Return the step that removes the trigger `<table>_unchanged`, before a column is added to those it protects.

    Args:
        table: the table.
        columns: the columns that the trigger protected.
    """

    def drop(_apps: StateApps, editor: Any) -> None:
        editor.execute(_drop_sql(table, editor.connection.vendor))

    def create(_apps: StateApps, editor: Any) -> None:
        editor.execute(_create_sql(table, columns, editor.connection.vendor))

    return RunPython(drop, create)


def rename_trigger(old_table: str, table: str, columns: Sequence[str]) -> RunPython:
    """Return the step that names the trigger of a renamed table after its new name.

    Args:
        old_table: name of the table before.
        table: name of the table now.
        columns: columns whose update is refused.
    """

    def rename(_apps: StateApps, editor: Any) -> None:
        _replace(editor, drop=old_table, create=table)

    def rename_back(_apps: StateApps, editor: Any) -> None:
        _replace(editor, drop=table, create=old_table)

    def _replace(editor: Any, *, drop: str, create: str) -> None:
        vendor = editor.connection.vendor
        editor.execute(_drop_sql(drop, vendor, on=table))
        editor.execute(_create_sql(create, columns, vendor, on=table))

    return RunPython(rename, rename_back)


def refuse_deletes(table: str) -> RunPython:
    """Return the step that adds the trigger `<table>_kept`; SQLite gets none."""

    def create(_apps: StateApps, editor: Any) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(
                f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
            )

    def drop(_apps: StateApps, editor: Any) -> None:
        if editor.connection.vendor != "sqlite":
            editor.execute(f"DROP TRIGGER {table}_kept ON {table}")

    return RunPython(create, drop)


def _create_sql(table: str, columns: Sequence[str], vendor: str, *, on: str = "") -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)  # some names are keywords of SQL
    start = f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE OF {quoted} ON {on or table}"
    if vendor == "sqlite":
        return f"{start} BEGIN SELECT RAISE(ABORT, 'rows of {table} are added, never changed'); END"
    return f"{start} FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"


def _drop_sql(table: str, vendor: str, *, on: str = "") -> str:
    return f"DROP TRIGGER {table}_unchanged" + ("" if vendor == "sqlite" else f" ON {on or table}")
