"""Agreement on all questions, as a picture of a data paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreement.presentation.cards import REASONS
from agreement.presentation.charts import THRESHOLDS
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.drawing.ranges import Range, ranges
from agreement.presentation.interval_notes import (
    interval_caption,
    is_grey,
    note_sentence,
    short_note,
    with_shown_intervals,
)
from agreement.presentation.numerals import in_percent, number
from corpus.rules.codebook import Codebook


def agreement_of_questions(figures: dict[str, Any], rules: Codebook, language: str) -> Picture:
    """Return alpha of every question with its interval.

    Args:
        figures: of a report or a release.
        rules: its codebook.
        language: of the codebook's texts.
    """
    shown = with_shown_intervals(figures)
    marks, rows, notes = [], [], []
    for question in shown["questions"]:
        name, alpha = rules.text(question["slug"], language).name, question["alpha"]
        text = number(alpha["value"]) if alpha["value"] is not None else str(REASONS.get(alpha["reason"], "–"))
        marks.append(Range(name, alpha["value"], alpha["low"], alpha["high"], text, is_faint=is_grey(alpha)))
        rows.append(
            [
                Cell(name),
                Cell(text, alpha["value"]),
                Cell(number(alpha["low"]), alpha["low"]),
                Cell(number(alpha["high"]), alpha["high"]),
                Cell(number(question["fleiss"]["value"]), question["fleiss"]["value"]),
                Cell(in_percent(question["percent"]["value"]), question["percent"]["value"]),
                Cell(f"{alpha['n_units']:,}", alpha["n_units"]),
                Cell(f"{alpha['n_dialogues']:,}", alpha["n_dialogues"]),
                Cell(short_note(alpha)),
            ]
        )
        if note := note_sentence(alpha):
            notes.append(f"{name}: {note}")
    head = [
        *(_("Question"), _("Alpha"), _("from"), _("to"), _("Fleiss’ kappa"), _("Percent agreement")),
        *(_("Utterances"), _("Dialogues"), _("Note")),
    ]
    return Picture(
        "agreement",
        _("Agreement of the annotators"),
        " ".join(
            [_("Krippendorff’s alpha of the answers first handed in, clustered by dialogues."), interval_caption(shown)]
        ),
        ranges(marks, marked=[(each, f"{each:g}") for each in THRESHOLDS]),
        DataTable(head, rows),
        notes,
    )
