"""Dialogues: the rows of a release in their context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from baseline.data.rows import Row


def sorted_by_dialogue(rows: Iterable[Row]) -> list[Row]:
    """Return the rows dialogue after dialogue, each in its order; dialogues come in the order of their first row."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.dialogue, []).append(row)
    return [row for dialogue in grouped.values() for row in sorted(dialogue, key=lambda row: row.order)]


def dialogue_ranges(rows: Sequence[Row]) -> list[range]:
    """Return the row numbers of each dialogue, of rows that `sorted_by_dialogue` returned."""
    ranges, first = [], 0
    for _, dialogue in groupby(rows, key=lambda row: row.dialogue):
        stop = first + sum(1 for _ in dialogue)
        ranges.append(range(first, stop))
        first = stop
    return ranges
