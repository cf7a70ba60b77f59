"""Pictures of all raters together: confusion, answers, weeks, dialogues."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreement.presentation.cards import REASONS
from agreement.presentation.drawing.columns import columns
from agreement.presentation.drawing.matrix import Square, matrix
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.presentation.drawing.ranges import Range, ranges
from agreement.presentation.drawing.trend import Moment, trend
from agreement.presentation.interval_notes import is_grey, short_note
from agreement.presentation.numerals import in_percent, interval, number
from agreement.presentation.pictures.material import Material


def confusion_of_all(of: Material) -> Picture:
    """Return which answers are given to the same utterances by two raters, over all pairs."""
    slugs, answers, counts = of.tables["answers"], of.answers, of.tables["pooled"]
    cells: list[list[Square | None]] = []
    rows = []
    for place, (one, name, line) in enumerate(zip(slugs, answers, counts, strict=True)):
        total = sum(line)
        squares: list[Square | None] = []
        for where, (other, their, count) in enumerate(zip(slugs, answers, line, strict=True)):
            pairs = count // 2 if place == where else count  # both orders are in the table
            conditions = [f"{of.slug} == {each}" for each in dict.fromkeys((one, other))]
            address = of.utterances(answer=conditions, answers_min=2) if count else ""
            share = count / total if total else 0.0
            squares.append(
                Square(
                    f"{100 * share:.0f} %" if total else "–",
                    below=f"{pairs:,}",
                    shade=share if total else None,
                    hint=f"{name}, {their}: {pairs:,} ({in_percent(share)})",
                    address=address,
                )
            )
            rows.append(
                [Cell(name), Cell(their), Cell(f"{pairs:,}", pairs, address), Cell(in_percent(share), round(share, 9))]
            )
        cells.append(squares)
    return Picture(
        "confusion",
        _("Which answers are confused"),
        _(
            "Where one rater gave the answer of the row, another gave the answer of the column in so many percent of "
            "cases; below it the number of pairs of answers. The diagonal is the specific agreement of an answer."
        ),
        matrix(answers, answers, cells),
        DataTable([_("Answer"), _("Answer of another rater"), _("Pairs"), _("Share of the row")], rows, words=2),
    )


def agreement_of_answers(of: Material) -> Picture:
    """Return the specific agreement of each answer."""
    marks, rows = [], []
    for name, label in zip(of.answers, of.question["labels"], strict=True):
        specific, alpha = label["specific"], label["alpha"]
        address = of.utterances(answer=f"{of.slug} == {label['label']}", differs=of.slug)
        value = specific["value"]
        text = in_percent(value) if value is not None else str(REASONS.get(specific["reason"], "–"))
        marks.append(
            Range(
                name,
                value,
                specific["low"],
                specific["high"],
                text,
                hint=f"{name}: {text}; {_('given')}: {label['given']:,}",
                address=address,
                is_faint=is_grey(specific),
            )
        )
        rows.append(
            [
                Cell(name),
                Cell(f"{label['given']:,}", label["given"], of.utterances(answer=f"{of.slug} == {label['label']}")),
                Cell(text, value, address),
                Cell(in_percent(specific["low"]), specific["low"]),
                Cell(in_percent(specific["high"]), specific["high"]),
                Cell(short_note(specific)),
                Cell(number(alpha["value"]), alpha["value"]),
                Cell(number(alpha["low"]), alpha["low"]),
                Cell(number(alpha["high"]), alpha["high"]),
                Cell(short_note(alpha)),
            ]
        )
    head = [
        *(_("Answer"), _("Given"), _("Specific agreement"), _("from"), _("to"), _("Note")),
        *(_("Alpha against the rest"), _("from"), _("to"), _("Note")),
    ]
    return Picture(
        "answers",
        _("Agreement on each answer"),
        _(
            "Specific agreement: if one rater gave the answer, how often did another one give it, too? The line is the "
            "interval (95 %, by dialogues); it is grey if too few dialogues contain the answer."
        ),
        ranges(marks, bars=True),
        DataTable(head, rows),
    )


def alpha_by_week(of: Material) -> Picture:
    """Return alpha of the dialogues that were handed in each week, with the changes of the guideline."""
    moments, rows = [], []
    for each in of.tables["weeks"]:
        figure, monday = each["alpha"], date.fromisoformat(each["week"])
        address = of.utterances(since=monday, until=monday + timedelta(days=6), differs=of.slug)
        hint = (
            f"{monday}: {number(figure['value'])} {interval(figure['low'], figure['high'])}, n = {figure['n_units']:,}"
        )
        moments.append(
            Moment(monday, figure["value"], figure["low"], figure["high"], hint, address, is_faint=is_grey(figure))
        )
        rows.append(
            [
                Cell(each["week"]),
                Cell(number(figure["value"]), figure["value"], address),
                Cell(number(figure["low"]), figure["low"]),
                Cell(number(figure["high"]), figure["high"]),
                Cell(f"{figure['n_units']:,}", figure["n_units"]),
                Cell(f"{figure['n_dialogues']:,}", figure["n_dialogues"]),
                Cell(short_note(figure)),
            ]
        )
    changes = [
        (date.fromisoformat(each["day"]), _("guideline v%(version)s") % each)
        for each in of.figures["pictures"]["guidelines"][1:]
    ]
    head = [_("Week from"), _("Alpha"), _("from"), _("to"), _("Utterances"), _("Dialogues"), _("Note")]
    return Picture(
        "weeks",
        _("Agreement by week"),
        _(
            "Alpha of the dialogues whose last rater handed them in that week, measured by the disagreement that "
            "chance gives in the whole corpus, so that the weeks add up to the alpha of the report (dotted line). "
            "Dashed lines mark new versions of the guideline. Links lead to the answers of these days."
        ),
        trend(moments, events=changes, mean=of.question["alpha"]["value"]) if moments else None,
        DataTable(head, rows),
    )


BINS = ["0", *(f"{10 * place + 1}–{10 * place + 10}" for place in range(10))]


def disagreement_of_dialogues(shares: list[int], *, name: str, title: str) -> Picture:
    """Return the number of dialogues by their share of differing answers."""
    hints = [
        ngettext("%(count)s dialogue", "%(count)s dialogues", count) % {"count": f"{count:,}"} + f", {each} %"
        for each, count in zip(BINS, shares, strict=True)
    ]
    rows = [[Cell(f"{each} %"), Cell(f"{count:,}", count)] for each, count in zip(BINS, shares, strict=True)]
    return Picture(
        name,
        title,
        _("Number of dialogues by the percentage of pairs of answers that differ; the first column has none."),
        columns(BINS, shares, axis=_("pairs of answers that differ, in %"), hints=hints),
        DataTable([_("Pairs that differ"), _("Dialogues")], rows),
    )


def most_disagreement(of: Material, worst: list[dict[str, Any]], *, differs: str) -> DataTable:
    """Return the dialogues with most disagreement for their length."""
    rows = [
        [
            Cell(each["code"], None, of.utterances(dialogue=each["code"])),
            Cell(
                f"{each['differing']:,} / {each['pairs']:,}",
                each["differing"],
                of.utterances(dialogue=each["code"], differs=differs),
            ),
            Cell(in_percent(each["differing"] / each["pairs"])),
        ]
        for each in worst
    ]
    return DataTable([_("Dialogue"), _("Pairs that differ"), _("Share")], rows)
