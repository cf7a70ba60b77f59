"""Reports: results as a text table, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from baseline.data.release import HELD_OUT

COLUMNS = ("split", "question", "n", "accuracy", "macro F1", "weighted F1", "mean abs. error")
MOST_DEFECTS = 10  # below a table
TEXT_COLUMNS = 2  # aligned to the left
CLASS_COLUMNS = ("question", "class", "support", "precision", "recall", "F1")
FIGURES = ("accuracy", "macro_f1", "weighted_f1", "mean_absolute_error")
CLASS_FIGURES = ("precision", "recall", "f1")


def write(document: dict[str, Any], folder: Path) -> None:
    """Write results as metrics.json and metrics.md into an existing folder."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / "metrics.json").write_text(text, encoding="utf-8")
    (folder / "metrics.md").write_text(markdown(document), encoding="utf-8")


def table(document: dict[str, Any]) -> str:
    """Return results as aligned text; each cell has the figure of the model and, in brackets, of the majority class."""
    lines = [COLUMNS, *_cells(document)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = [
        "  ".join(_aligned(cell, width, column) for column, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]
    return "\n".join(["model (majority class)", *(line.rstrip() for line in aligned), *defect_lines(document)])


def defect_lines(document: dict[str, Any]) -> list[str]:
    """Return a line for each known defect of the data, so that nobody reads the figures without them."""
    defects = document.get("known_defects") or {}
    lines = [
        f"known defect: {each['extent']}{': ' if each['question'] else ''}{each['question']} ({each['text']})"
        for each in defects.get("worst", [])[:MOST_DEFECTS]
    ]
    further = defects.get("count", 0) - len(lines)
    return lines + ([f"and {further} further known defects, see the manifest of the release"] if further > 0 else [])


def markdown(document: dict[str, Any]) -> str:
    """Return the table of `table` and the figures of each class as Markdown."""
    lines = [f"# Baseline on {document['corpus']}", "", "Each cell: the model (the majority class).", ""]
    lines += _markdown_table(COLUMNS, _cells(document))
    if defects := defect_lines(document):
        lines += ["", *(f"- {line}" for line in defects)]
    for split in HELD_OUT:
        lines += ["", f"## Classes, {split}", ""]
        lines += _markdown_table(CLASS_COLUMNS, _class_cells(document[split]))
    return "\n".join(lines) + "\n"


def _cells(document: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (split, slug, str(pair["model"]["n"]), *(_cell(pair, figure) for figure in FIGURES))
        for split in HELD_OUT
        for slug, pair in document[split].items()
    ]


def _class_cells(questions: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (slug, name, str(figures["support"]), *(f"{figures[figure]:.3f}" for figure in CLASS_FIGURES))
        for slug, pair in questions.items()
        for name, figures in pair["model"]["per_class"].items()
    ]


def _cell(pair: dict[str, Any], figure: str) -> str:
    model, majority = pair["model"][figure], pair["majority"][figure]
    return "–" if model is None else f"{model:.3f} ({majority:.3f})"


def _aligned(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < TEXT_COLUMNS else cell.rjust(width)


def _markdown_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines)]
