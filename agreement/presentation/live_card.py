"""The card of live figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agreement.domain.findings.listing import concerned
from agreement.models import LiveFigures
from agreement.presentation.interval_notes import interval_caption, with_shown_intervals
from corpus.models import Finding


def live_card(found: LiveFigures | None, newer: int, severe: Sequence[Finding], language: str) -> dict[str, Any]:
    """Return the card for its template.

    Args:
        found: its live figures, if there are some.
        newer: number of newer answers.
        severe: the open severe findings of the corpus.
        language: of the names of the questions.

    Returns:
        `version`, which differs when the card does; `found`, `newer`, `questions`, each with `name`, `alpha` and
        whether a severe finding concerns it (`is_severe`), and what the intervals stand for as `caption`.
    """
    findings = "".join(f"-{finding.pk}" for finding in severe)
    if found is None:
        return {"version": f"none{findings}", "found": None, "newer": newer, "questions": []}
    rules = found.codebook.rules()
    shown = with_shown_intervals(found.figures)
    affected = concerned(severe, [each["slug"] for each in shown["questions"]], shown["raters"])
    return {
        "version": f"{found.computed_at.timestamp():.3f}-{newer}{findings}",
        "found": found,
        "newer": newer,
        "questions": [
            {
                "name": rules.text(each["slug"], language).name,
                "alpha": each["alpha"],
                "is_severe": each["slug"] in affected,
            }
            for each in shown["questions"]
        ],
        "caption": interval_caption(shown),
    }
