"""Tables of a report: as text, Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from baseline.data.rows import HELD_OUT
from baseline.evaluation.bootstrap import FEW_DIALOGUES
from baseline.measures.registry import MEASURES

MOST_DEFECTS = 10  # below a table
COLLAPSED = "COLLAPSED to one class"
BY_FREQUENCY = {"majority", "speaker-only", "series-only"}  # models that are meant to predict one class


@dataclass(frozen=True)
class Table:
    """A table with a title; the cells are plain text, the first column names the rows."""

    title: str
    head: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def tables(document: dict[str, Any], splits: Sequence[str] = HELD_OUT) -> list[Table]:
    """Return a table per split and question, those of comparisons and of costs."""
    found = []
    for split in splits:
        few = few_dialogues(document, split)
        for slug, question in document[split].items():
            found.append(_question(split, slug, question, few))
            if any("predicted_ends" in each for each in question["models"].values()):
                found.append(_question(split, slug, question, few, key="predicted_ends", note=", with predicted ends"))
            if any(each.get("without_laugh_track") for each in question["models"].values()):
                silent = {**question, "n": question["n_without_laugh_track"]}
                note = ", sources without a laugh track"
                found.append(_question(split, slug, silent, few, key="without_laugh_track", note=note))
            if any(each["votes"] for each in question["models"].values()):
                found.append(_votes(split, slug, question))
            if question["ceiling"]:
                found.append(_ceiling(split, slug, question["ceiling"]))
    found += _mixtures(document)
    comparison = document["comparison"]
    return [*found, _comparison(comparison, few_dialogues(document, comparison["split"])), _cost(document)]


def few_dialogues(document: dict[str, Any], split: str) -> str:
    """Return the end of a title: that a split has too few dialogues for its intervals; empty if it has enough."""
    count = document.get("dialogues", {}).get(split, FEW_DIALOGUES)  # reports of earlier versions do not state it
    if count >= FEW_DIALOGUES:
        return ""
    return (
        f"; too few dialogues ({count} of at least {FEW_DIALOGUES}): the intervals are too narrow, the p values too low"
    )


def text(document: dict[str, Any], splits: Sequence[str] = ("test",)) -> str:
    """Return the tables as aligned text, after the warnings."""
    blocks = ["\n".join(warnings(document))] if warnings(document) else []
    for table in tables(document, splits):
        lines = [table.head, *table.lines]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        aligned = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        blocks.append("\n".join([table.title, *(line.rstrip() for line in aligned)]))
    return "\n\n".join([*blocks, *(["\n".join(defect_lines(document))] if defect_lines(document) else [])])


def markdown(document: dict[str, Any], pictures: Sequence[str] = ()) -> str:
    """Return the report as Markdown, with links to pictures beside it."""
    lines = [f"# Baselines on {document['corpus']}", ""]
    lines += [f"**{line}**  " for line in warnings(document)]
    lines += [f"- {line}" for line in defect_lines(document)]
    for table in tables(document):
        lines += ["", f"## {table.title}", ""]
        lines += [f"| {' | '.join(line)} |" for line in (table.head, ["---"] * len(table.head), *table.lines)]
    for split in HELD_OUT:
        for slug, question in document[split].items():
            lines += ["", f"## {slug}, {split}: F1 of each class", ""]
            lines += _per_class(question)
    lines += ["", *(f"![{name}]({name})" for name in pictures)]
    return "\n".join(lines) + "\n"


def latex(document: dict[str, Any]) -> str:
    """Return the tables of test for a paper, with `booktabs`."""
    blocks = []
    for table in tables(document, ("test",)):
        columns = "l" + "r" * (len(table.head) - 1)
        rows = [" & ".join(map(_escaped, line)) + r" \\" for line in table.lines]
        head = [r"\begin{table}", r"\centering", rf"\caption{{{_escaped(table.title)}}}"]
        head += [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(map(_escaped, table.head)) + r" \\"]
        blocks.append("\n".join([*head, r"\midrule", *rows, r"\bottomrule", r"\end{tabular}", r"\end{table}"]))
    return "\n\n".join(blocks) + "\n"


def warnings(document: dict[str, Any]) -> list[str]:
    """Return a line for each model and question whose predictions on test are nearly all one class."""
    models = document["models"]
    return [
        f"WARNING: {name} predicts one class for {slug}, "
        f"in {each['collapsed_seeds']} of {len(models[name]['seeds'])} seeds."
        for slug, question in document["test"].items()
        for name, each in question["models"].items()
        if each["collapsed_seeds"] and models[name]["model"] not in BY_FREQUENCY
    ]


def defect_lines(document: dict[str, Any]) -> list[str]:
    """Return a line for each known defect of the data, so that nobody reads the figures without them."""
    defects = document.get("known_defects") or {}
    lines = [
        f"known defect: {each['extent']}{': ' if each['question'] else ''}{each['question']} ({each['text']})"
        for each in defects.get("worst", [])[:MOST_DEFECTS]
    ]
    further = defects.get("count", 0) - len(lines)
    return lines + ([f"and {further} further known defects, see the manifest of the release"] if further > 0 else [])


def _question(
    split: str, slug: str, question: dict[str, Any], few: str, *, key: str = "measures", note: str = ""
) -> Table:
    names = [e.name for e in MEASURES if any(e.name in each.get(key, {}) for each in question["models"].values())]
    lines = []
    for model, each in question["models"].items():
        if key in each:
            mark = f" ({COLLAPSED})" if each["collapsed_seeds"] and model not in BY_FREQUENCY else ""
            lines.append((model + mark, *(_cell(each[key].get(name)) for name in names)))
    title = f"{slug}{note}, {split} ({question['n']} utterances): mean ± spread over seeds [95 % interval]{few}"
    return Table(title, ("model", *names), tuple(lines))


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["mean"] is None:
        return "–"
    spread = "" if figure["sd"] is None else f" ± {figure['sd']:.3f}"
    return f"{figure['mean']:.3f}{spread} [{_figure(figure['low'])}, {_figure(figure['high'])}]"


def _votes(split: str, slug: str, question: dict[str, Any]) -> Table:
    names = [name for name in next(iter(question["models"].values()))["votes"] if name != "n"]
    lines = tuple(
        (model, *(f"{each['votes'][name]:.3f}" for name in names)) for model, each in question["models"].items()
    )
    n = next(iter(question["models"].values()))["votes"]["n"]
    return Table(f"{slug}, {split}: against the shares of the votes ({n:.0f} utterances)", ("model", *names), lines)


def _ceiling(split: str, slug: str, ceiling: dict[str, Any]) -> Table:
    names = ("macro-f1", "weighted-f1")
    rows = {"human": ceiling["human"], **ceiling["models"]}
    lines = tuple((name, *(f"{each.get(measure, 0):.3f}" for measure in names)) for name, each in rows.items())
    return Table(
        f"{slug}, {split}: against the majority of the other raters ({ceiling['n']} votes)", ("model", *names), lines
    )


def _comparison(comparison: dict[str, Any], few: str) -> Table:
    title = (
        f"Differences in {comparison['measure']} on {comparison['split']}: paired bootstrap over dialogues and seeds, "
        f"Holm's correction over these {comparison['family']} tests{few}"
    )
    lines = [
        (
            f"{each['first']} - {each['second']}",
            each["question"],
            *("–" if each[key] is None else f"{each[key]:+.3f}" for key in ("value", "low", "high")),
            *("–" if each[key] is None else f"{each[key]:.3f}" for key in ("p", "p_holm")),
        )
        for each in comparison["rows"]
    ]
    return Table(title, ("models", "question", "difference", "low", "high", "p", "p (Holm)"), tuple(lines))


def _mixtures(document: dict[str, Any]) -> list[Table]:
    """Return the table of the shares in mixtures with the linear model, if there are any."""
    slugs = [question["slug"] for question in document["questions"]]
    lines = []
    for name, each in document["models"].items():
        chosen = [details["mixture"] for details in each["details"].values() if "mixture" in details]
        if chosen:
            shares = ([f"{of_seed[slug]['share']:g}" for of_seed in chosen if slug in of_seed] for slug in slugs)
            lines.append((name, *(", ".join(of_seeds) or "–" for of_seeds in shares)))
    title = "Share of each seed's network in its mixture, chosen on dev (0: the linear model decides alone)"
    return [Table(title, ("model", *slugs), tuple(lines))] if lines else []


def _cost(document: dict[str, Any]) -> Table:
    lines = [
        (
            name,
            str(len(each["seeds"])),
            _members(each),
            *(f"{each['cost'][key]:.1f}" for key in ("cpu_s", "wall_s", "peak_mb")),
        )
        for name, each in document["models"].items()
    ]
    head = ("model", "seeds", "networks of a seed", "CPU s", "wall s", "peak MiB of the process")
    return Table("Cost of a seed", head, tuple(lines))


def _members(model: dict[str, Any]) -> str:
    """Return the number of networks that were trained for a seed, all members and questions; "–" for none."""
    counts = [sum("dev" in one for one in each.get("trainings", {}).values()) for each in model["details"].values()]
    return str(max(counts, default=0) or "–")


def _per_class(question: dict[str, Any]) -> list[str]:
    models = question["models"]
    if not models:
        return []
    classes = next(iter(models.values()))["per_class"]
    lines = [("class", "support", *models), ("---",) * (len(models) + 2)]
    lines += [
        (name, f"{figures['support']:.0f}", *(f"{each['per_class'][name]['f1']:.3f}" for each in models.values()))
        for name, figures in classes.items()
    ]
    return [f"| {' | '.join(line)} |" for line in lines]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _escaped(cell: str) -> str:
    for character in "\\&%_#":
        cell = cell.replace(character, rf"\{character}" if character != "\\" else r"\textbackslash ")
    return cell.replace("±", r"$\pm$")
