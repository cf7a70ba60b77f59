"""Rows written in bulk: by COPY on PostgreSQL, by batched inserts on SQLite.

A model instance, its validation and the return of its key cost more than the row itself. So the writer reserves keys in
advance and takes plain values in the order of the columns. Rows are prepared outside a transaction and written in a
short one, so that an annotator's commit waits for one batch at most.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import connection, models, transaction

TOGETHER = 32  # rows of a statement on SQLite
RESERVED = 5000  # keys taken at once
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class BulkTable:
    """The table of a model.

    Args:
        model: the model; every column that is not in `columns` gets the default of its field.
        columns: names of the columns of a row, after the key.
    """

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        self.table: str = model._meta.db_table  # noqa: SLF001 -- documented API
        defaults = _defaults(model, {"id", *columns})
        self.columns = ("id", *columns, *defaults)
        self._rest = tuple(defaults.values())
        self._free: Sequence[int] = ()
        self._statements: dict[int, str] = {}

    def keys(self, count: int) -> Sequence[int]:
        """Return that many new keys, in ascending order; nobody else gets them, and those not used stay unused."""
        if len(self._free) < count:
            self._free = self._reserved(max(count, RESERVED))
        taken, self._free = self._free[:count], self._free[count:]
        return taken

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows in the caller's transaction.

        Args:
            rows: a key and the values of `columns` each, in the forms of `Values`.

        Raises:
            DatabaseError: the database does not accept a row; then the batch has to be rolled back.
        """
        if not rows:
            return
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                self._copy(rows)
            else:
                self._insert(rows)

    def _copy(self, rows: Sequence[Sequence[Any]]) -> None:
        """Copy rows into PostgreSQL."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        rest = self._rest
        text = _copied([(*row, *rest) for row in rows] if rest else rows)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{self.table}" ({names}) FROM STDIN', StringIO(text))

    def _insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows into SQLite, many by one statement.

        A table with triggers has a journal for each statement, to which SQLite copies every page that the statement
        changes: for a row it is several pages, for many rows hardly more.
        """
        rest = self._rest
        for start in range(0, len(rows), TOGETHER):
            part = rows[start : start + TOGETHER]
            cells: list[Any] = []
            for row in part:
                cells += row
                cells += rest
            # Django's cursor would look for its own placeholders in the long statement each time
            connection.connection.execute(self._statement(len(part)), cells)

    def _statement(self, rows: int) -> str:
        """Return the insertion of that many rows."""
        if rows not in self._statements:
            names = ", ".join(f'"{name}"' for name in self.columns)
            places = ", ".join([f"({', '.join('?' * len(self.columns))})"] * rows)
            self._statements[rows] = f'INSERT INTO "{self.table}" ({names}) VALUES {places}'  # noqa: S608 -- names
        return self._statements[rows]

    def _reserved(self, count: int) -> Sequence[int]:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [self.table, count]
                )
                return [key for (key,) in cursor.fetchall()]
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, self.table])
            if not cursor.rowcount:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [self.table, count])
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [self.table])
            last = int(cursor.fetchone()[0])
            return range(last - count + 1, last + 1)


def _defaults(model: type[models.Model], given: Container[str]) -> dict[str, Any]:
    """Return the columns that have a default, with its value as the database stores it."""
    found: dict[str, Any] = {}
    for field in model._meta.concrete_fields:  # noqa: SLF001 -- documented API
        column, value = str(field.column), field.get_default()
        if column in given or value is None:
            continue
        found[column] = json.dumps(value) if isinstance(field, models.JSONField) else value
    return found


def _copied(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows in the text format of COPY."""
    return "".join(
        "\t".join(
            "\\N" if cell is None else cell.translate(ESCAPES) if isinstance(cell, str) else str(cell) for cell in row
        )
        + "\n"
        for row in rows
    )


class Values:
    """Values as the database stores them: the forms differ between SQLite and PostgreSQL."""

    def __init__(self) -> None:
        self.is_postgresql = connection.vendor == "postgresql"

    def moment(self, moment: datetime) -> str:
        """Return a time as the database stores it."""
        return str(connection.ops.adapt_datetimefield_value(moment))

    def bytes(self, value: bytes) -> bytes | str:
        """Return binary content."""
        return f"\\x{value.hex()}" if self.is_postgresql else value

    @staticmethod
    def uuids(count: int) -> list[str]:
        """Return that many random public ids, as 32 hexadecimal digits (version 4)."""
        return _uuids(os.urandom(16 * count).hex(), count)

    @staticmethod
    def neighbouring_uuids(count: int) -> list[str]:
        """Return that many public ids in ascending order that begin with the same 32 random bits; 90 bits each differ.

        They go to the same pages of an index, where random ids change a page each. Their order says nothing: it is
        that of the rows.
        """
        start = os.urandom(4).hex()
        digits = os.urandom(12 * count).hex()
        return sorted(_uuids("".join([start + digits[at : at + 24] for at in range(0, 24 * count, 24)]), count))


def _uuids(digits: str, count: int) -> list[str]:
    """Return random digits, 32 for each, as ids of version 4."""
    return [
        f"{one[:12]}4{one[13:16]}{'89ab'[int(one[16], 16) & 3]}{one[17:]}"
        for one in (digits[start : start + 32] for start in range(0, 32 * count, 32))
    ]
