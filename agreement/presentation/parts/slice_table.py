"""The table of slices of one question: rows in order, with links and positions of their marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreement.domain.slices import MIXED, NO_ONE, OTHERS, rows_of
from agreement.presentation.charts import THRESHOLDS
from agreement.presentation.interval_notes import is_grey
from corpus.label_links import label_address, selection_of
from corpus.models import Corpus, Membership

SLICINGS: dict[str, str | Promise] = {
    "week": _("week"),
    "annotator": _("annotator"),
    "series": _("series"),
    "speaker": _("speaker"),
    "dialogue": _("dialogue"),
    "batch": _("batch"),
    "codebook": _("codebook version"),
    "guideline": _("guideline version"),
}
IN_TIME = frozenset({"week", "codebook", "guideline"})  # shown in their own order, all others by disagreement
SHOWN = 25  # rows; the downloads have all
WIDTH = 200  # of the axis, in the units of its SVG


@dataclass(frozen=True, slots=True)
class Row:
    """A slice: its name, figures, marks and links (empty if there is no filter for it or the reader may not open it).

    `at`, `low` and `high` are places on the axis; None without a value or an interval. `bar` is its disagreement
    relative to the largest one of the shown slices; None for the sums below them.
    """

    name: str
    figure: Mapping[str, Any]
    grey: bool
    at: float | None
    low: float | None
    high: float | None
    bar: float | None = None
    answers_link: str = ""
    differing_link: str = ""

    @property
    def is_single(self) -> bool:
        """Whether it is a slice, and not a sum or the mixed pairs."""
        return self.bar is not None


@dataclass(frozen=True, slots=True)
class SliceTable:
    """The slices of one question.

    Attributes:
        rows: the shown slices, then the sum of those not shown, the pairs without a slice and the mixed ones.
        hidden: number of slices that are not shown.
        whole: place of alpha of the whole corpus on the axis.
        thresholds: places on the axis.
        start: the value at the left end of the axis, as text.
        answers_link, differing_link: of the whole corpus, as those of `Row`.
    """

    rows: list[Row]
    hidden: int
    whole: float | None
    thresholds: list[float]
    start: str
    answers_link: str = ""
    differing_link: str = ""


class _Axis:
    def __init__(self, figures: Sequence[Mapping[str, Any]]) -> None:
        lowest = min((each[end] for each in figures for end in ("value", "low") if each[end] is not None), default=0.0)
        self.start = max(-1.0, min(0.0, math.floor(lowest * 5) / 5))

    def __call__(self, value: float | None) -> float | None:
        if value is None:
            return None
        return round(WIDTH * (max(value, self.start) - self.start) / (1 - self.start), 1)


def slice_table(
    document: Mapping[str, Any],
    *,
    by: str,
    question: str,
    whole: float | None,
    corpus: Corpus,
    membership: Membership,
    raters: Sequence[str],
) -> SliceTable:
    """Return the table of slices.

    Args:
        document: the slicing, as `domain.slices.slices` returned it.
        by: its name.
        question: slug.
        whole: alpha of the question.
        corpus: of the report.
        membership: the reader.
        raters: of the report.
    """
    found = list(rows_of(document, question))
    single = [each for each in found if not each[0]["kind"] and each[1]["answers"]]
    if by not in IN_TIME:
        single.sort(key=lambda each: -each[1]["disagreement"])
    shown, hidden = (single, []) if len(single) <= SHOWN + 1 else (single[:SHOWN], single[SHOWN:])
    if by in IN_TIME and hidden:  # the newest ones
        shown, hidden = single[-SHOWN:], single[:-SHOWN]
    more = [figure for name, figure in found if name["kind"] == OTHERS] + [figure for _, figure in hidden]
    rest = [(gettext("all others"), _together(more))] if more else []
    for kind, text in ((NO_ONE, _none(by)), (MIXED, gettext("mixed"))):
        rest += [(text, figure) for name, figure in found if name["kind"] == kind and figure["answers"]]
    axis = _Axis([figure for _, figure in (*shown, *rest)])
    several = len({name.get("series") for name, _ in single}) > 1
    most = max((figure["disagreement"] for _, figure in shown), default=0.0)
    rows = []
    for name, figure in shown:
        links = _links(name, by, question, raters, (corpus, membership))
        bar = round(figure["disagreement"] / most, 4) if most else 0.0
        rows.append(_row(_shown_name(name, by, of_several_series=several), figure, axis, bar, links))
    rows += [_row(text, figure, axis) for text, figure in rest]
    thresholds = [axis(each) or 0.0 for each in THRESHOLDS]
    start = f"{axis.start:.1f}".replace("-0.0", "0.0").replace("-", "−")
    total = _links({}, "", question, raters, (corpus, membership))
    return SliceTable(rows, len(hidden), axis(whole), thresholds, start, *total)


def _row(
    name: str,
    figure: Mapping[str, Any],
    axis: _Axis,
    bar: float | None = None,
    links: tuple[str, str] = ("", ""),
) -> Row:
    return Row(
        name=name,
        figure=figure,
        grey=is_grey(figure),
        at=axis(figure["value"]),
        low=axis(figure["low"]),
        high=axis(figure["high"]),
        bar=bar,
        answers_link=links[0],
        differing_link=links[1],
    )


def _together(figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the sum of slices: their alphas weighted by their answers, without an interval."""
    sums: dict[str, Any] = {
        name: sum(each[name] for each in figures) for name in ("answers", "share", "disagreement", "n_units")
    }
    known = [each for each in figures if each["value"] is not None]
    weight = sum(each["share"] for each in known)
    value = sum(each["value"] * each["share"] for each in known) / weight if weight else None
    return {**figures[0], "low": None, "high": None, "note": "", "n_dialogues": None, **sums, "value": value}


def _shown_name(name: Mapping[str, Any], by: str, *, of_several_series: bool) -> str:
    if by == "week":
        return gettext("week of %(day)s") % {"day": name["name"]}
    if by == "speaker" and of_several_series:
        return f"{name['name']} ({name['series']})"
    return str(name["name"]) or gettext("Automatic batch")


def _none(by: str) -> str:
    texts = {
        "speaker": gettext("without a speaker"),
        "week": gettext("without a date"),
        "batch": gettext("without a batch"),
        "guideline": gettext("without a guideline"),
    }
    return texts.get(by, gettext("none"))


def _links(
    name: Mapping[str, Any], by: str, question: str, raters: Sequence[str], reader: tuple[Corpus, Membership]
) -> tuple[str, str]:
    """Return the addresses of the utterances of a slice, and of those with different answers.

    Args:
        name: of the slice.
        by: the slicing; empty for the whole corpus.
        question: slug.
        raters: of the report.
        reader: corpus and reader.
    """
    corpus, membership = reader
    filters: dict[str, Any] = {}
    if by in {"series", "dialogue", "batch"}:
        filters[by] = name["key"]
    elif by == "speaker":
        filters |= {"speaker": name["key"], "series": name["series"]}
    elif by == "week":
        monday = date.fromisoformat(name["key"])
        filters |= {"since": monday, "until": monday + timedelta(days=6)}
    elif by == "annotator":
        selection = selection_of(membership, rater=name["key"], answers_min=1, version="first")
        return label_address(corpus, membership, selection), ""
    elif by:
        return "", ""
    selections = (
        selection_of(membership, within=raters, answers_min=2, version="first", **filters),
        selection_of(membership, within=raters, differs=question, version="first", **filters),
    )
    first, second = (label_address(corpus, membership, each) for each in selections)
    return first, second
