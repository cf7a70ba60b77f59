"""Pictures of single raters: agreement of pairs, use of answers, alpha without each, confusion of a pair."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreement.presentation.cards import FEW_SHARED, REASONS
from agreement.presentation.charts import THRESHOLDS
from agreement.presentation.drawing.matrix import Square, matrix
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.drawing.ranges import Range, ranges
from agreement.presentation.interval_notes import is_grey, short_note
from agreement.presentation.numerals import in_percent, interval, number, points
from agreement.presentation.pictures.material import Material

LARGEST_DIFFERENCE = 0.15  # of shares; from here on the colour is darkest


def agreement_of_pairs(of: Material) -> Picture:
    """Return the heat map of kappa below the diagonal, with the number of shared utterances above it."""
    raters, overlap = of.raters, of.figures["pictures"]["overlap"]
    pairs = {(pair["first"], pair["second"]): pair["kappa"] for pair in of.question["pairs"]}
    most = max((each for row, line in enumerate(overlap) for each in line[:row]), default=1) or 1
    cells: list[list[Square | None]] = []
    for row, second in enumerate(raters):
        line: list[Square | None] = []
        for column, first in enumerate(raters):
            if column < row:
                line.append(_kappa(of, pairs[first, second], first, second))
                continue
            shared = overlap[row][column]
            own = (second,) if row == column else (second, first)
            address = of.address(rater=own, answers_min=len(own), version="first")
            hint = f"{' · '.join(own)}: {shared:,}"
            shade = None if row == column else 0.5 * shared / most
            line.append(Square(f"{shared:,}", shade=shade, hint=hint, address=address, is_faint=row == column))
        cells.append(line)
    rows = [
        [
            Cell(first),
            Cell(second),
            Cell(
                number(kappa["value"]) if kappa["value"] is not None else str(REASONS.get(kappa["reason"], "–")),
                kappa["value"],
            ),
            Cell(number(kappa["low"]), kappa["low"]),
            Cell(number(kappa["high"]), kappa["high"]),
            Cell(
                f"{kappa['n_units']:,}",
                kappa["n_units"],
                of.address(rater=(first, second), answers_min=2, version="first"),
            ),
            Cell(short_note(kappa)),
        ]
        for (first, second), kappa in pairs.items()
    ]
    head = [_("Rater"), _("Rater"), _("Cohen’s kappa"), _("from"), _("to"), _("Utterances"), _("Note")]
    return Picture(
        "pairs",
        _("Agreement of each pair of raters"),
        _(
            "Below the diagonal Cohen’s kappa of two raters, above it the number of utterances that both labelled. "
            "Grey values rest on fewer than %(few)s utterances or too few dialogues."
        )
        % {"few": FEW_SHARED},
        matrix(raters, raters, cells),
        DataTable(head, rows, words=2),
    )


def _kappa(of: Material, kappa: dict[str, Any], first: str, second: str) -> Square:
    if kappa["value"] is None:
        return Square("–", hint=f"{first} · {second}: {REASONS.get(kappa['reason'], '')}", is_faint=True)
    hint = f"{first} · {second}: {number(kappa['value'])} {interval(kappa['low'], kappa['high'])}"
    return Square(
        number(kappa["value"]),
        shade=max(kappa["value"], 0),
        hint=hint,
        address=of.address(rater=(first, second), differs=of.slug, version="first"),
        is_faint=kappa["n_units"] < FEW_SHARED or is_grey(kappa),
        is_other=kappa["value"] < 0,
    )


def use_of_answers(of: Material) -> Picture:
    """Return how much more often each rater gives each answer than the co-raters of the same utterances."""
    tables, answers = of.tables, of.answers
    cells, rows = [], []
    for each in tables["usage"]:
        rater, line = each["rater"], []
        for slug, name, label in zip(tables["answers"], answers, each["labels"], strict=True):
            difference = label["own"] - label["others"]
            condition = f"{of.slug} {'==' if difference > 0 else '!='} {slug}"
            more = {} if difference > 0 else {"answer": f"{of.slug} == {slug}"}
            address = of.of_raters((rater, condition), differs=of.slug, **more)
            shares = f"{100 * label['own']:.1f} / {100 * label['others']:.1f}"
            line.append(
                Square(
                    points(difference),
                    below=shares,
                    shade=abs(difference) / LARGEST_DIFFERENCE,
                    hint=f"{rater}, {name}: {points(difference)} [{points(label['low'])}, {points(label['high'])}]",
                    address=address,
                    is_strong=label["clear"],
                    is_other=difference < 0,
                )
            )
            rows.append(
                [
                    Cell(rater),
                    Cell(name),
                    Cell(in_percent(label["own"]), label["own"]),
                    Cell(in_percent(label["others"]), label["others"]),
                    Cell(points(difference), round(difference, 9), address),
                    Cell(points(label["low"]), label["low"]),
                    Cell(points(label["high"]), label["high"]),
                    Cell(_("yes") if label["clear"] else "", label["clear"]),
                ]
            )
        cells.append(line)
    head = [
        _("Rater"),
        _("Answer"),
        _("Own share"),
        _("Share of co-raters"),
        _("Difference"),
        _("from"),
        _("to"),
        _("Clear"),
    ]
    return Picture(
        "use",
        _("Use of answers by each rater, compared with co-raters"),
        _(
            "Difference in percentage points between the share of an answer with this rater and with the others, on "
            "the same utterances; below it both shares in percent. Green: given more often, orange: more rarely. A "
            "frame marks a difference that chance does not explain (level of 5 %, shared by the whole table)."
        ),
        matrix([each["rater"] for each in tables["usage"]], answers, cells),
        DataTable(head, rows, words=2),
    )


def alpha_without_each(of: Material) -> Picture:
    """Return alpha without each rater."""
    alpha = of.question["alpha"]
    figures = [(_("all raters"), "", alpha)]
    figures += [
        (_("without %(rater)s") % {"rater": each["rater"]}, each["rater"], each["alpha"])
        for each in of.tables["without"]
    ]
    marks, rows = [], []
    for name, rater, figure in figures:
        rest = [each for each in of.raters if each != rater]
        address = of.address(within=rest, differs=of.slug, version="first")
        value = figure["value"]
        text = number(value) if value is not None else str(REASONS.get(figure["reason"], "–"))
        change = None if value is None or alpha["value"] is None or not rater else value - alpha["value"]
        marks.append(
            Range(
                name,
                value,
                figure["low"],
                figure["high"],
                text,
                hint=f"{name}: {text} {interval(figure['low'], figure['high'])}",
                address=address,
                is_faint=is_grey(figure),
            )
        )
        rows.append(
            [
                Cell(name),
                Cell(text, value, address),
                Cell(number(figure["low"]), figure["low"]),
                Cell(number(figure["high"]), figure["high"]),
                Cell("" if change is None else f"{change:+.3f}".replace("-", "−"), change),
                Cell(f"{figure['n_units']:,}", figure["n_units"]),
                Cell(short_note(figure)),
            ]
        )
    head = [_("Raters"), _("Alpha"), _("from"), _("to"), _("Change"), _("Utterances"), _("Note")]
    return Picture(
        "without",
        _("Alpha without each rater"),
        _(
            "Krippendorff’s alpha of the others. If it rises without a rater, this rater agrees with the others less "
            "than they do among themselves; the reason can also be that only this rater sees a distinction."
        ),
        ranges(marks, marked=[(each, f"{each:g}") for each in THRESHOLDS]),
        DataTable(head, rows),
    )


def confusion_of_pair(of: Material, pair: dict[str, Any]) -> Picture:
    """Return which answers two raters gave to the same utterances."""
    first, second, counts = pair["first"], pair["second"], pair["counts"]
    slugs, answers = of.tables["answers"], of.answers
    cells: list[list[Square | None]] = []
    rows = []
    for one, name, line in zip(slugs, answers, counts, strict=True):
        total = sum(line)
        squares: list[Square | None] = []
        for other, their, count in zip(slugs, answers, line, strict=True):
            address = of.of_raters((first, f"{of.slug} == {one}"), (second, f"{of.slug} == {other}"))
            hint = f"{first}: {name}, {second}: {their}: {count:,}"
            squares.append(Square(f"{count:,}", shade=count / total if total else None, hint=hint, address=address))
            rows.append([Cell(name), Cell(their), Cell(f"{count:,}", count, address)])
        cells.append(squares)
    return Picture(
        f"confusion-{first}-{second}",
        f"{first} × {second}",
        _(
            "Number of utterances by the answers of %(first)s (rows) and %(second)s (columns); shaded by the share of "
            "the row."
        )
        % {"first": first, "second": second},
        matrix(answers, answers, cells, row_title=first, column_title=second),
        DataTable([first, second, _("Utterances")], rows, words=2),
    )
