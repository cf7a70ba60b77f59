"""Hints for the query planner of SQLite, which knows no frequencies of single values."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Q
from django.db.models.sql.compiler import SQLCompiler


class Rarely(Func):
    """A condition that few rows fulfil.

    Without the hint SQLite takes the values of a column for equally frequent and reads the whole table. PostgreSQL
    keeps statistics of frequent values and gets the condition alone.
    """

    function = "unlikely"

    def __init__(self, condition: Q, **extra: Any) -> None:
        super().__init__(condition, output_field=BooleanField(), **extra)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:
        """Return the condition itself."""
        return self.as_sql(compiler, connection, template="(%(expressions)s)")
