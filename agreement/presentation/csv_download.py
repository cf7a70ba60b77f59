"""A report's figures as CSV, one row per figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from agreement.domain.findings.listing import ListedFinding
from agreement.presentation.interval_notes import is_grey
from agreement.statistics.measures.measure import Scope
from agreement.statistics.measures.registry import measures

FIGURE = (
    *("value", "low", "high", "n_units", "n_dialogues", "n_raters", "reason"),
    *("error", "n_carriers", "n_disagreeing", "note", "wide_low", "wide_high"),
)
COLUMNS = ("question", "kind", "level", "measure", "of", *FIGURE)
SHARES = ("share", "weighted_share")
COUNTS = ("annotations", "corrected")
EMPTY = [""] * (len(FIGURE) - 1)


def as_csv(figures: dict[str, Any], selection: dict[str, Any], severe: Iterable[ListedFinding] = ()) -> str:
    """Return the figures as CSV: one row per question, measure and label or pair of raters; lines end with a newline.

    `low` and `high` are the 95 % interval for these raters, `wide_low` and `wide_high` the one that generalises over
    raters too; `note` says what the pages say about an interval: `few_dialogues` (grey), `single_event` and `alike` (no
    interval), `perfect` (a bound). Rows with the measure `gwet_error` hold the standard errors of
    `statistics.gwet_errors`. Rows with the measure `coverage` hold the number of answers (`labels`) and of annotations
    without one, by reason.
    Rows with the measure `more_dialogues` hold how many more dialogues bring alpha to +- 0.05, `alpha_with_everyone`
    alpha with the excluded raters and answers, and `link_...` the parts of the answers to links, `of` all raters
    (`everyone`) or those with `identical_ends`, and the association of their ends (`within`, `across`, `kept`).
    If the probabilities of draws differ, rows `share` and `weighted_share` hold the prevalence of each answer.
    The last rows hold the number of annotations, and of those corrected after they were handed in, without a question;
    and with the measure `known_defect` each known defect of a source: its extent, its text and the number of cases;
    with the measure `severe_finding` each open severe finding in the same way.

    Args:
        figures: as `domain.figures.figures` returned them.
        selection: of the report.
        severe: the open severe findings that the reader may see.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for question in figures["questions"]:
        head = (question["slug"], question["kind"], question["level"])
        writer.writerows((*head, measure, of, *_cells(figure)) for measure, of, figure in _figures(question))
        writer.writerows((*head, *row) for row in _parts(question, figures))
        errors = question.get("gwet_errors", {}).items()
        writer.writerows((*head, "gwet_error", of, "" if error is None else error, *EMPTY) for of, error in errors)
        for answer in question["labels"]:
            shares = SHARES if "weighted_share" in answer else ()
            writer.writerows((*head, name, answer["label"], answer[name], *EMPTY) for name in shares)
        writer.writerows((*head, "coverage", of, count, *EMPTY) for of, count in question["coverage"].items())
    writer.writerows(("", "", "", name, "", selection[name], *EMPTY) for name in COUNTS if name in selection)
    for defect in figures.get("known_defects", {}).get("worst", ()):  # reports of earlier versions have none
        where = " ".join(filter(None, (defect["rater"], defect["extent"])))
        of = f"{where}: {defect['text']}"
        writer.writerow((defect["question"], defect["kind"], "", "known_defect", of, defect["count"], *EMPTY))
    for row in severe:
        found = row.finding
        of = row.line("")
        writer.writerow((found.task, found.kind, "", "severe_finding", of, found.extent_count, *EMPTY))
    return out.getvalue()


def _parts(question: dict[str, Any], figures: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a question that no measure of the registry has; earlier versions have none of them."""
    if question.get("more_dialogues") is not None and not is_grey(question["alpha"]):
        yield ("more_dialogues", "", question["more_dialogues"], *EMPTY)
    if everyone := figures.get("everyone", {"alpha": {}})["alpha"].get(question["slug"]):
        yield ("alpha_with_everyone", "", *_cells(everyone))
    for link in figures.get("links", []):
        if link["slug"] == question["slug"]:
            for of in ("everyone", "identical_ends"):
                for part in link[of]:
                    yield (f"link_{part['name']}", of, *_cells(part["alpha"]))
                    yield (f"link_{part['name']}_percent", of, *_cells(part["percent"]))
            for of in ("within", "across", "kept"):
                yield ("link_association", of, *_cells(link["association"][of]))
            yield ("link_shortcuts_left_out", "", link["shortcuts"], *EMPTY)


def _figures(question: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield name of the measure, the answer or pair of raters it describes, and the figure.

    Reports computed before a measure was added do not have its figures.
    """
    yield from _described(question, "question", "")
    for answer in question["labels"]:
        yield from _described(answer, "category", answer["label"])
    for pair in question["pairs"]:
        yield from _described(pair, "pair", f"{pair['first']} {pair['second']}")


def _described(figures: dict[str, Any], scope: Scope, of: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for measure in measures(scope):
        if measure.json_key in figures:
            yield measure.name, of, figures[measure.json_key]


def _cells(figure: dict[str, Any]) -> list[Any]:
    return ["" if figure.get(name) is None else figure[name] for name in FIGURE]
