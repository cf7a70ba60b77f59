"""The card of live figures."""

from __future__ import annotations

from typing import Any

from agreement.models import LiveFigures
from agreement.presentation.interval_notes import interval_caption, with_shown_intervals


def live_card(found: LiveFigures | None, newer: int, language: str) -> dict[str, Any]:
    """Return the card for its template.

    Args:
        found: its live figures, if there are some.
        newer: number of newer answers.
        language: of the names of the questions.

    Returns:
        `version`, which differs when the card does; `found`, `newer`, `questions` as (name, alpha) pairs, and what the
        intervals stand for as `caption`.
    """
    if found is None:
        return {"version": "none", "found": None, "newer": newer, "questions": []}
    rules = found.codebook.rules()
    shown = with_shown_intervals(found.figures)
    return {
        "version": f"{found.computed_at.timestamp():.3f}-{newer}",
        "found": found,
        "newer": newer,
        "questions": [(rules.text(each["slug"], language).name, each["alpha"]) for each in shown["questions"]],
        "caption": interval_caption(shown),
    }
