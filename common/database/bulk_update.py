"""One statement that gives many rows a value each, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Update many rows in one statement; return the number of rows that exist.

    `QuerySet.bulk_update` writes a CASE per column, whose cost grows with the square of the number of rows.

    Args:
        model: of the rows.
        columns: names of fields.
        rows: primary key, then one value per column; a few hundred at once.
    """
    if not rows:
        return 0
    connection = connections[router.db_for_write(model)]
    meta: Any = model._meta  # noqa: SLF001
    fields = [meta.get_field(name) for name in columns]
    pk, table = meta.pk, connection.ops.quote_name(meta.db_table)
    is_typed = connection.vendor == "postgresql"  # its VALUES take unknown literals as text

    def assigned(place: int, field: Any) -> str:
        value = f"v.column{place}"
        value = f"CAST({value} AS {field.db_type(connection)})" if is_typed else value
        return f"{connection.ops.quote_name(field.column)} = {value}"

    sets = ", ".join(assigned(place, field) for place, field in enumerate(fields, start=2))
    row = f"({', '.join(['%s'] * (len(fields) + 1))})"
    values = ", ".join([row] * len(rows))
    statement = (
        f"UPDATE {table} SET {sets} FROM (VALUES {values}) AS v "  # noqa: S608 -- names of columns
        f"WHERE {table}.{connection.ops.quote_name(pk.column)} = v.column1"
    )
    parameters = [
        field.get_db_prep_save(value, connection)
        for each in rows
        for field, value in zip((pk, *fields), each, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
