"""Pictures of a report as SVG: figures with intervals, confusion, training, calibration, sharing, learning curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from baseline.evaluation.tables import few_dialogues
from baseline.runs.learning_curve import suffix

CELL, LEFT, TOP = 44, 150, 60
COLOURS = ("#1f6f8b", "#c8553d", "#588157", "#7b5ea7", "#b08900", "#4a4a4a", "#9d4edd", "#0a9396", "#bb3e03")
GREY = "#9a9a9a"
STYLE = "<style>text{font:12px sans-serif;fill:#222}.small{font-size:10px}.title{font-weight:bold}</style>"


def pictures(document: dict[str, Any]) -> dict[str, str]:
    """Return file name -> SVG, of the figures on test."""
    found: dict[str, str] = {}
    classes = {each["slug"]: [str(value) for value in each["classes"]] for each in document["questions"]}
    for slug, question in document["test"].items():
        if question["n"]:
            found |= _of_question(slug, question["models"], classes[slug], few_dialogues(document, "test"))
    for name, model in document["models"].items():
        found |= _of_trainings(name, model["details"])
    return found | _learning_curves(document)


def _of_question(slug: str, models: dict[str, Any], classes: list[str], few: str) -> dict[str, str]:
    macro = [(name, each["measures"]["macro-f1"]) for name, each in models.items()]
    rows = [(name, figure["mean"], figure["low"], figure["high"]) for name, figure in macro]
    title = f"{slug}: macro F1 on test, 95 % interval"
    found = {f"{slug}-figures.svg": intervals(title, rows, few.removeprefix("; "))}
    for name, each in models.items():
        if len(each["confusion"]) == len(classes):  # a single answer
            shares = [[cell / max(sum(row), 1) for cell in row[: len(classes)]] for row in each["confusion"]]
            title = f"{slug}, {name}: share of each label (rows) by prediction (columns)"
            found[f"{slug}-{name}-confusion.svg"] = heatmap(title, classes, shares)
    bins = {name: [(x, y) for x, y, _ in each["calibration"].get("bins", [])] for name, each in models.items()}
    if any(bins.values()):
        found[f"{slug}-calibration.svg"] = curves(f"{slug}: accuracy by confidence on test", bins, diagonal=True)
    return found


def _learning_curves(document: dict[str, Any]) -> dict[str, str]:
    """Return a picture per question of the models that also learned from shares of train."""
    found: dict[str, str] = {}
    for slug, question in document["test"].items():
        if not question["n"]:
            continue
        lines: dict[str, list[tuple[float, float]]] = {}
        for name, figures in question["models"].items():
            share = document["models"][name]["options"].get("train_share", 1.0)
            whole = name if share == 1 else name.removesuffix(suffix(share))
            figure = figures["measures"]["macro-f1"]["mean"]
            if figure is not None:
                lines.setdefault(whole, []).append((100 * share, figure))
        several = {name: sorted(points) for name, points in lines.items() if len(points) > 1}
        if several:
            title = f"{slug}: macro F1 on test by the share of train's dialogues, in percent"
            found[f"{slug}-learning-curve.svg"] = curves(title, several)
    return found


def _of_trainings(name: str, details: dict[str, Any]) -> dict[str, str]:
    lines: dict[str, list[tuple[float, float]]] = {}
    sharing: list[dict[str, Any]] = []
    for seed, each in details.items():
        for training, facts in each.get("trainings", {}).items():
            if facts.get("dev"):
                points = enumerate(facts["dev"], start=1)
                lines[f"{training}, seed {seed}"] = [(float(epoch), score) for epoch, score in points]
            if facts.get("sharing"):
                sharing.append(facts["sharing"])
    found = {f"{name}-training.svg": curves(f"{name}: criterion on dev by epoch", lines)} if lines else {}
    if sharing:
        title = f"{name}: what each question takes from the others, mean of {len(sharing)} networks"
        cells = np.mean([each["cells"] for each in sharing], axis=0).tolist()
        found[f"{name}-sharing.svg"] = heatmap(title, sharing[0]["questions"], cells)
    return found


def heatmap(title: str, names: Sequence[str], cells: Sequence[Sequence[float]]) -> str:
    """Return a square of cells from 0 (white) to 1 (dark), with their figures."""
    size = LEFT + CELL * len(names) + 20, TOP + CELL * len(names) + 90
    body = []
    for row, line in enumerate(cells):
        y: float = TOP + row * CELL
        body.append(_text(LEFT - 6, y + CELL / 2 + 4, names[row], "end"))
        for column, value in enumerate(line):
            x, strength = float(LEFT + column * CELL), min(max(value, 0.0), 1.0)
            shade = "#{:02x}{:02x}{:02x}".format(*(round(255 - strength * (255 - end)) for end in (31, 111, 139)))
            body.append(f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{shade}" stroke="#ddd"/>')
            colour = ' style="fill:#fff"' if strength > 0.55 else ""
            body.append(_text(x + CELL / 2, y + CELL / 2 + 4, f"{value:.2f}", "middle", f' class="small"{colour}'))
    for column, name in enumerate(names):
        x, y = LEFT + column * CELL + CELL / 2, TOP + CELL * len(names) + 14
        body.append(_text(x, y, name, "end", f' transform="rotate(-40 {x:g} {y:g})"'))
    return _svg(size, title, body)


def intervals(title: str, rows: Sequence[tuple[str, float | None, float | None, float | None]], doubt: str = "") -> str:
    """Return a dot with its interval for each (name, value, low, high), on a scale from 0 to 1.

    The intervals are grey, with the reason below them, if there is a doubt about them.
    """
    width, step, line = 420, 26, GREY if doubt else COLOURS[0]
    body = []
    for mark in range(0, 11, 2):
        x = LEFT + mark / 10 * width
        body.append(f'<line x1="{x:g}" y1="{TOP - 14}" x2="{x:g}" y2="{TOP + step * len(rows)}" stroke="#ddd"/>')
        body.append(_text(x, TOP + step * len(rows) + 16, f"{mark / 10:.1f}", "middle", ' class="small"'))
    for number, (name, value, low, high) in enumerate(rows):
        y = TOP + number * step
        body.append(_text(LEFT - 8, y + 4, name, "end"))
        if value is None:
            continue
        ends = [LEFT + width * (value if end is None else end) for end in (low, high)]
        body.append(f'<line x1="{ends[0]:.1f}" y1="{y}" x2="{ends[1]:.1f}" y2="{y}" stroke="{line}" stroke-width="2"/>')
        body.append(f'<circle cx="{LEFT + width * value:.1f}" cy="{y}" r="4" fill="{COLOURS[0]}"/>')
        body.append(_text(ends[1] + 8, y + 4, f"{value:.3f}", "start", ' class="small"'))
    if doubt:
        body.append(_text(LEFT, TOP + step * len(rows) + 36, doubt, "start", ' class="small"'))
    return _svg((LEFT + width + 60, TOP + step * len(rows) + (50 if doubt else 30)), title, body)


def curves(title: str, lines: dict[str, list[tuple[float, float]]], *, diagonal: bool = False) -> str:
    """Return lines of points, with a legend; with `diagonal` both axes go from 0 to 1."""
    points = [point for line in lines.values() for point in line]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    limits = (0.0, 1.0, 0.0, 1.0) if diagonal else (min(xs), max(*xs, min(xs) + 1), min(ys), max(*ys, min(ys) + 1e-6))
    width, height = 420, 240

    def place(x: float, y: float) -> tuple[float, float]:
        left = 60 + width * (x - limits[0]) / (limits[1] - limits[0])
        return left, TOP + height - height * (y - limits[2]) / (limits[3] - limits[2])

    body = [f'<rect x="60" y="{TOP}" width="{width}" height="{height}" fill="none" stroke="#bbb"/>']
    if diagonal:
        body.append(
            f'<line x1="60" y1="{TOP + height}" x2="{60 + width}" y2="{TOP}" stroke="#bbb" stroke-dasharray="4"/>'
        )
    body += [_text(54, TOP + height, f"{limits[2]:.2f}", "end"), _text(54, TOP + 10, f"{limits[3]:.2f}", "end")]
    body += [
        _text(60, TOP + height + 16, f"{limits[0]:g}"),
        _text(60 + width, TOP + height + 16, f"{limits[1]:g}", "end"),
    ]
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*place(*point)) for point in line)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        body.append(f'<rect x="{70 + width}" y="{TOP + number * 18}" width="12" height="3" fill="{colour}"/>')
        body.append(_text(88 + width, TOP + number * 18 + 6, name, "start", ' class="small"'))
    return _svg((width + 300, TOP + max(height + 30, 18 * len(lines))), title, body)


def _text(x: float, y: float, content: str, anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{extra}>{escape(content)}</text>'


def _svg(size: tuple[float, float], title: str, body: Sequence[str]) -> str:
    # with a size, so that a page does not stretch it to its own width
    width, height = (f"{side:g}" for side in size)
    shape = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {shape} role="img">'
    parts = [head, f"<title>{escape(title)}</title>", STYLE, '<rect width="100%" height="100%" fill="#fff"/>']
    return "\n".join([*parts, _text(10, 24, title, "start", ' class="title"'), *body, "</svg>"]) + "\n"
