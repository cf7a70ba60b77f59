"""Notes on intervals: the same words on the pages, in the command and in the downloads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreement.statistics.intervals.figures import ALIKE, FEW, FEW_DIALOGUES, PERFECT, SINGLE
from agreement.statistics.two_way import DEFAULT_FROM

BOUND_OF_FEW = "bound_of_few"  # the note `PERFECT` where few dialogues contain the rarer answers
SHORT: dict[str, str | Promise] = {
    FEW: _("too few dialogues"),
    SINGLE: _("a single event, no interval"),
    PERFECT: _("no disagreement, lower bound"),
    ALIKE: _("no interval"),
    BOUND_OF_FEW: _("no disagreement, lower bound of too few dialogues"),
}
SENTENCES: dict[str, str | Promise] = {
    FEW: _(
        "Only %(carriers)s dialogues contain the rarer answers. Below %(few)s, the interval covers the truth less "
        "often than in 95 %% of cases, so it is grey."
    ),
    SINGLE: _(
        "There is no interval: only one dialogue contains the rarer answers or a disagreement, and one event does not "
        "tell how often it occurs."
    ),
    PERFECT: _(
        "Nobody disagreed. The interval is a bound: so many dialogues without a disagreement (%(carriers)s contain the "
        "rarer answers) are compatible with a share of up to %(share)s with one."
    ),
    ALIKE: _("There is no interval: all dialogues are alike, or there is only one."),
    BOUND_OF_FEW: _(
        "Nobody disagreed. The interval is a bound: so many dialogues without a disagreement (%(carriers)s contain the "
        "rarer answers) are compatible with a share of up to %(share)s with one. Below %(few)s such dialogues it says "
        "little, so it is grey."
    ),
}
EARLIER_FEW = 50  # dialogues; reports of earlier versions do not have notes


def note_of(figure: Mapping[str, Any]) -> str:
    """Return the note of a figure (`statistics.figures.NOTES`), or "" if its interval needs none."""
    if figure["value"] is None:
        return ""
    if "note" in figure:
        return str(figure["note"])
    return FEW if figure["n_dialogues"] < EARLIER_FEW else ""


def is_grey(figure: Mapping[str, Any]) -> bool:
    """Return whether the interval of a figure is not to be trusted: few dialogues contain the rarer answers."""
    return note_of(figure) == FEW or _is_bound_of_few(figure)


def _is_bound_of_few(figure: Mapping[str, Any]) -> bool:
    return note_of(figure) == PERFECT and figure["n_carriers"] < FEW_DIALOGUES


def short_note(figure: Mapping[str, Any]) -> str:
    """Return the note in a few words."""
    note = note_of(figure)
    return str(SHORT[BOUND_OF_FEW if _is_bound_of_few(figure) else note]) if note else ""


def note_sentence(figure: Mapping[str, Any]) -> str:
    """Return the note as a sentence."""
    note = note_of(figure)
    if not note:
        return ""
    carriers = figure.get("n_carriers", figure["n_dialogues"])
    share = f"{100 * (1 - 0.025 ** (1 / max(carriers, 1))):.1f} %"
    numbers = {"carriers": carriers, "few": FEW_DIALOGUES, "share": share}
    return str(SENTENCES[BOUND_OF_FEW if _is_bound_of_few(figure) else note]) % numbers


def generalises(figures: Mapping[str, Any]) -> bool:
    """Return whether the shown intervals of a report also generalise over raters: from six raters on."""
    return len(figures["raters"]) >= DEFAULT_FROM and any(
        question["alpha"].get("wide_low") is not None for question in figures["questions"]
    )


def with_shown_intervals(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a report with the shown interval in `low` and `high`; pairs are always for these two."""
    if not generalises(figures):
        return dict(figures)
    return {
        **figures,
        "questions": [
            {
                **{name: _widened(each) for name, each in question.items()},
                "labels": [{name: _widened(each) for name, each in label.items()} for label in question["labels"]],
            }
            for question in figures["questions"]
        ],
    }


def _widened(figure: Any) -> Any:
    if not isinstance(figure, Mapping) or figure.get("wide_low") is None:
        return figure
    return {**figure, "low": figure["wide_low"], "high": figure["wide_high"]}


def interval_caption(figures: Mapping[str, Any]) -> str:
    """Return what the shown intervals of a report stand for."""
    if generalises(figures):
        return gettext(
            "The intervals hold for annotators like these: they also contain the differences between annotators. The "
            "downloads have the intervals for these annotators alone, too."
        )
    return gettext(
        "The intervals hold for these annotators. From six annotators on, the page shows intervals that also contain "
        "the differences between annotators; from three on, the downloads have them."
    )
