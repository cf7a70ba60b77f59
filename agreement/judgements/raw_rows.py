"""Rows as the database gives them: converting each value as query sets do takes as long as the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet

Row = tuple[Any, ...]
WITH_HYPHENS = 36  # characters of an id


def raw_rows(rows: QuerySet[Any, Any], size: int) -> Iterator[list[Row]]:
    """Yield the rows of a query set of values, `size` at once, without Django's converters.

    Keys, numbers, text and bytes need none. On SQLite, moments name no zone, but are in UTC, and uuids have no hyphens.
    """
    chunked = not connections[rows.db].settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    for fetched in rows.query.get_compiler(rows.db).execute_sql(chunked_fetch=chunked, chunk_size=size):
        yield list(fetched)


def uuid_texts(ids: Sequence[Any]) -> list[str]:
    """Return uuids, as `raw_rows` yields them, as texts with hyphens, which SQLite does not store."""
    texts = ids if isinstance(ids[0], str) else list(map(str, ids))
    if len(texts[0]) == WITH_HYPHENS:
        return list(texts)
    found = {text: f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" for text in set(texts)}
    return [found[text] for text in texts]
