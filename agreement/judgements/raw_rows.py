"""Rows as the database gives them: converting each value as query sets do takes as long as the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.models import QuerySet

Row = tuple[Any, ...]


def raw_rows(rows: QuerySet[Any, Any], size: int) -> Iterator[list[Row]]:
    """Yield the rows of a query set of values, `size` at once, without Django's converters.

    Keys, numbers, text and bytes need none. On SQLite, moments name no zone, but are in UTC, and uuids have no hyphens.
    """
    chunked = not connections[rows.db].settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    for fetched in rows.query.get_compiler(rows.db).execute_sql(chunked_fetch=chunked, chunk_size=size):
        yield list(fetched)
