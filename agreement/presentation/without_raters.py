"""Figures for members who must stay blind to the answers of single annotators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TELLING = frozenset({"annotator", "speaker", "dialogue"})  # slicings whose slices can be single raters or utterances
FEW_RATERS = 2  # figures of so few raters describe single raters


def tells_raters_apart(figures: Mapping[str, Any]) -> bool:
    """Return whether all figures of a report describe single raters, because it compares only one or two."""
    return len(figures["raters"]) <= FEW_RATERS


def without_raters(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a report without those of raters and pairs, and without what tells about dialogues."""
    found = {**figures, "questions": [{**question, "pairs": []} for question in figures["questions"]]}
    if pictures := figures.get("pictures"):
        found["pictures"] = {
            **pictures,
            "overlap": [],
            "dialogues": {**pictures["dialogues"], "worst": []},
            "questions": [
                {
                    **question,
                    "pairs": [],
                    "usage": [],
                    "without": [],
                    "dialogues": {**question["dialogues"], "worst": []},
                }
                for question in pictures["questions"]
            ],
        }
    return found


def visible_slicings(names: Iterable[str], *, sees_raters: bool) -> list[str]:
    """Return the slicings that a member may see, of those of a report."""
    return [name for name in names if sees_raters or name not in TELLING]
