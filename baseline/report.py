"""The figures as files and as a table that a person reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from baseline.evaluate import majority, measure, predict
from baseline.release import Release
from baseline.train import Options, Trained

FORMAT = "concord-baseline/1"
MEASURED = ("dev", "test")
COLUMNS = ("split", "question", "n", "accuracy", "macro F1", "weighted F1", "mean abs. error")
COMPARED = ("accuracy", "macro_f1", "weighted_f1", "mean_absolute_error")


def results(release: Release, trained: Trained, options: Options) -> dict[str, Any]:
    """Measure model and majority class on both held-out splits; a document without times or paths."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "corpus": release.corpus,
        "release_sha256": release.checksum,
        "options": asdict(options),
        "best_epoch": trained.best_epoch,
        "rows": {split: len(rows) for split, rows in release.rows.items()},
    }
    for split in MEASURED:
        rows = release.rows[split]
        found = predict(trained.model, rows, trained.vocabulary, release.questions, context=options.context)
        guessed = majority(release.rows["train"], rows, release.questions)
        by_model, by_majority = (measure(rows, each, release.questions) for each in (found, guessed))
        document[split] = {
            slug: {"model": by_model[slug].as_document(), "majority": by_majority[slug].as_document()}
            for slug in by_model
        }
    return document


def write(document: dict[str, Any], folder: Path) -> None:
    """Write metrics.json and metrics.md into a folder that is there."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / "metrics.json").write_text(text, encoding="utf-8")
    (folder / "metrics.md").write_text(markdown(document), encoding="utf-8")


def table(document: dict[str, Any]) -> str:
    """Return the figures as aligned text; in each cell the model, then the majority class."""
    lines = [COLUMNS, *_cells(document)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    aligned = [
        "  ".join(_aligned(cell, width, place) for place, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]
    return "\n".join(["model (majority class)", *(line.rstrip() for line in aligned)])


def markdown(document: dict[str, Any]) -> str:
    """Return the table of `table` and the figures per class as Markdown."""
    lines = [f"# Baseline on {document['corpus']}", "", "Each cell: the model (the majority class).", ""]
    lines += _markdown_table(COLUMNS, _cells(document))
    for split in MEASURED:
        lines += ["", f"## Classes, {split}", ""]
        lines += _markdown_table(
            ("question", "class", "support", "precision", "recall", "F1"), _classes(document[split])
        )
    return "\n".join(lines) + "\n"


def _cells(document: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (split, slug, str(pair["model"]["n"]), *(_pair(pair, name) for name in COMPARED))
        for split in MEASURED
        for slug, pair in document[split].items()
    ]


def _classes(questions: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (slug, each, str(found["support"]), *(f"{found[name]:.3f}" for name in ("precision", "recall", "f1")))
        for slug, pair in questions.items()
        for each, found in pair["model"]["per_class"].items()
    ]


def _pair(pair: dict[str, Any], name: str) -> str:
    own, other = pair["model"][name], pair["majority"][name]
    return "–" if own is None else f"{own:.3f} ({other:.3f})"


def _aligned(cell: str, width: int, place: int) -> str:
    return cell.ljust(width) if place < 2 else cell.rjust(width)


def _markdown_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines)]
