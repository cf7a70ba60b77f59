"""Rows of one dialogue that do not follow each other, brought together on disk."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from corpus.importers.table.sheet import TableRow

AT_ONCE = 5000  # rows


def in_groups(rows: Iterable[TableRow], key: Callable[[TableRow], str]) -> Iterator[tuple[str, Iterator[TableRow]]]:
    """Yield the rows of each key, the keys in the order in which they appear first; needs memory for the keys alone."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "rows.sqlite3", isolation_level=None)
        try:
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            database.execute("CREATE TABLE r (place INTEGER, number INTEGER, name TEXT, cells TEXT)")
            places: dict[str, int] = {}
            waiting: list[tuple[int, int, str, str]] = []
            database.execute("BEGIN")
            for row in rows:
                name = key(row)
                waiting.append((places.setdefault(name, len(places)), row.number, name, json.dumps(row.cells)))
                if len(waiting) >= AT_ONCE:
                    database.executemany("INSERT INTO r VALUES (?, ?, ?, ?)", waiting)
                    waiting.clear()
            database.executemany("INSERT INTO r VALUES (?, ?, ?, ?)", waiting)
            database.execute("COMMIT")
            stored = database.execute("SELECT name, number, cells FROM r ORDER BY place, number")
            for name, group in groupby(stored, key=lambda each: each[0]):
                yield name, (TableRow(number, json.loads(cells)) for _name, number, cells in group)
        finally:
            database.close()
