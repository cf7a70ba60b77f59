"""Dialogues: the rows of a release in their context."""

from __future__ import annotations

from collections.abc import Iterable

from baseline.data.release import Row


def group_dialogues(rows: Iterable[Row]) -> list[list[Row]]:
    """Group rows by dialogue and sort each by its order; dialogues come in the order of their first row."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.dialogue, []).append(row)
    return [sorted(dialogue, key=lambda row: row.order) for dialogue in grouped.values()]
