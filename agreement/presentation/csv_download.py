"""A report's figures as a table of one row per figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

MEASURES = ("alpha", "fleiss", "ac1", "percent", "percent_pooled")
FIGURE = ("value", "low", "high", "n_units", "n_dialogues", "n_raters", "reason")
COLUMNS = ("question", "kind", "level", "measure", "of", *FIGURE)


def as_csv(figures: dict[str, Any]) -> str:
    """Return the figures as CSV: one row per question, measure and label or pair of raters; lines end with a newline.

    Args:
        figures: as `domain.figures.figures` made them.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for question in figures["questions"]:
        head = (question["slug"], question["kind"], question["level"])
        writer.writerows((*head, measure, of, *_cells(figure)) for measure, of, figure in _figures(question))
    return out.getvalue()


def _figures(question: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield measure, what of the question it measures, and the figure."""
    for measure in MEASURES:
        yield measure, "", question[measure]
    for label in question["labels"]:
        yield "alpha_of_label", label["label"], label["alpha"]
        yield "specific_agreement", label["label"], label["specific"]
    for pair in question["pairs"]:
        yield "cohen", f"{pair['first']} {pair['second']}", pair["kappa"]


def _cells(figure: dict[str, Any]) -> list[Any]:
    return ["" if figure[name] is None else figure[name] for name in FIGURE]
