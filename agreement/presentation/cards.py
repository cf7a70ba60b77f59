"""Cards of a report: the figures of each question with names from the codebook and their interpretation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreement.presentation.charts import THRESHOLDS
from agreement.presentation.interval_notes import is_grey, note_sentence
from agreement.presentation.left_out import left_out_sentences, no_answers_left
from agreement.statistics.intervals import figures as reasons
from agreement.statistics.measures.registry import MEASURES
from corpus.rules.codebook import Codebook

FEW_SHARED = 50  # utterances that two raters share; with fewer, their kappa is mostly chance
SKEWED, HIGH_PERCENT = 0.8, 0.8
SHOWN = ("alpha_custom", "fleiss", "percent", "ac1")  # measures below alpha, if computed; the downloads have all

ALL_LEFT_OUT = "all_left_out"  # instead of the reason that no answers are left for a measure
REASONS: dict[str, str | Promise] = {
    reasons.ONE_RATER: _("one rater: nothing to compare"),
    reasons.NOTHING_TO_COMPARE: _("no utterance has two answers"),
    reasons.NO_VARIATION: _("undefined: no variation"),
    reasons.NEVER_USED: _("never used"),
    ALL_LEFT_OUT: _("all answers left out as incomparable"),
    reasons.TOO_MANY_SETS: _("too many different sets of choices"),
    reasons.NEGATIVE_VALUES: _("undefined for negative values"),
    reasons.INCOMPLETE: _("not every rater rated every utterance"),
}
LEVELS: dict[str, str | Promise] = {
    "nominal": _("nominal"),
    "ordinal": _("ordinal"),
    "interval": _("interval"),
    "sets": _("sets of choices (MASI)"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A pair of raters in the heat map: kappa and its shade from 0 to 5; empty on and above the diagonal."""

    figure: dict[str, Any] | None
    raters: tuple[str, ...] = ()
    shade: int = 0
    few: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A measure of a card: its name for people, its figure, and whether the value is a share."""

    label: str
    figure: dict[str, Any]
    is_share: bool


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one question."""

    slug: str
    name: str
    level: str
    figures: dict[str, Any]
    facts: list[Fact]
    compared: bool
    few: bool
    sentences: list[str]
    coverage: list[tuple[str, str]]
    left_out: list[str]
    no_answers_left: str
    labels: list[dict[str, Any]]
    pairs: list[tuple[str, list[Cell]]]
    is_weighted: bool
    more_dialogues: str
    with_everyone: dict[str, Any] | None


def cards(figures: Mapping[str, Any], codebook: Codebook, language: str) -> list[Card]:
    """Return the cards of a report.

    Args:
        figures: as `domain.figures.figures` returned them.
        codebook: of the report.
        language: of the codebook's texts.
    """
    everyone = figures.get("everyone", {"alpha": {}})["alpha"]
    return [
        _card(question, figures["raters"], codebook, language, everyone.get(question["slug"]))
        for question in figures["questions"]
    ]


def _card(
    question: dict[str, Any],
    raters: list[str],
    codebook: Codebook,
    language: str,
    with_everyone: dict[str, Any] | None,
) -> Card:
    if nothing_left := no_answers_left(question):
        question = {**question, "alpha": {**question["alpha"], "reason": ALL_LEFT_OUT}}
    slug, alpha = question["slug"], question["alpha"]
    labels = _labels(question, codebook, language)
    return Card(
        slug=slug,
        name=codebook.text(slug, language).name,
        level=str(LEVELS[question["level"]]),
        figures=question,
        facts=_facts(question),
        compared=alpha["n_units"] > 0,
        few=is_grey(alpha),
        sentences=sentences(question, labels),
        coverage=_coverage(question["coverage"]),
        left_out=left_out_sentences(question),
        no_answers_left=nothing_left,
        labels=labels,
        pairs=_pairs(question["pairs"], raters),
        is_weighted=any("weighted_share" in label for label in question["labels"]),
        more_dialogues=more_dialogues_sentence(question),
        with_everyone=with_everyone,
    )


def more_dialogues_sentence(question: Mapping[str, Any]) -> str:
    """Return how many more dialogues alpha needs for an interval of value +- 0.05; empty if that is unknown.

    From a grey interval nothing is extrapolated, also where a report of an earlier version has a number.
    """
    if is_grey(alpha := question["alpha"]):
        if (carriers := alpha.get("n_carriers")) is None:  # a report of an earlier version
            return ""
        return gettext("not known before %(few)s dialogues contain the rarer answers; now %(carriers)s do") % {
            "few": reasons.FEW_DIALOGUES,
            "carriers": carriers,
        }
    more = question.get("more_dialogues")  # reports of earlier versions have none
    if more is None:
        return ""
    if not more:
        return gettext("reached")
    return ngettext(
        "about %(n)s more dialogue labelled by at least two",
        "about %(n)s more dialogues labelled by at least two",
        more,
    ) % {"n": f"{more:,}"}


def _facts(question: Mapping[str, Any]) -> list[Fact]:
    chosen = [MEASURES[name] for name in SHOWN]
    return [
        Fact(gettext(measure.label), question[measure.json_key], measure.is_share)
        for measure in chosen
        if measure.json_key in question
    ]


def sentences(question: Mapping[str, Any], answers: list[dict[str, Any]]) -> list[str]:
    """Return the interpretation of the figures of one question, as sentences."""
    alpha, percent = question["alpha"], question["percent"]
    if alpha["value"] is None:
        return [_undefined(alpha["reason"], question["kind"])]
    lines = [] if alpha["low"] is None else [_verdict(alpha["low"])]
    top = max(answers, key=lambda answer: float(answer["share"]))
    if percent["value"] >= HIGH_PERCENT and alpha["value"] < THRESHOLDS[0] and top["share"] >= SKEWED:
        lines.append(
            gettext(
                "Raters agree on %(percent)s of pairs, but “%(label)s” makes up %(share)s of all answers, so most of "
                "that agreement could be chance. Check the specific agreement of the rare answers."
            )
            % {"percent": _in_percent(percent["value"]), "label": top["name"], "share": _in_percent(top["share"])}
        )
    if note := note_sentence(alpha):
        lines.append(note)
    return lines


def _undefined(reason: str, kind: str) -> str:
    if reason == reasons.TOO_MANY_SETS:
        return gettext(
            "The raters gave more than %(most)s different sets of choices, too many to compare them as wholes. The "
            "table has the agreement on each choice."
        ) % {"most": reasons.MOST_SETS}
    if reason == reasons.NO_VARIATION:
        return gettext(
            "All raters always gave the same answer, so the data cannot show whether they distinguish utterances. This "
            "is neither agreement nor disagreement."
        )
    if kind == "link":
        return gettext("No utterance has answers to this link from two raters, so there is nothing to compare.")
    return gettext("No utterance has answers from two raters, so there is nothing to compare.")


def _verdict(low: float) -> str:
    tentative, reliable = THRESHOLDS
    if low >= reliable:
        return gettext(
            "The lower end of the interval is at least 0.8: agreement is high enough to rely on these answers."
        )
    if low >= tentative:
        return gettext(
            "The lower end of the interval is between 0.667 and 0.8: agreement supports tentative conclusions only."
        )
    return gettext(
        "The lower end of the interval is below 0.667: agreement is not shown to be high enough for conclusions."
    )


def _labels(question: dict[str, Any], codebook: Codebook, language: str) -> list[dict[str, Any]]:
    """Return the answers with names and the share of each bar: of the compared answers, else of all."""
    total = sum(label["given"] for label in question["labels"])
    compared = question["alpha"]["n_units"] > 0
    return [
        {
            **label,
            "name": codebook.text(f"{question['slug']}.{label['label']}", language).name,
            "bar": round(100 * (label["share"] if compared else label["given"] / max(total, 1)), 1),
            "weighted": round(100 * label.get("weighted_share", 0.0), 1),
        }
        for label in question["labels"]
    ]


def _coverage(coverage: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the number of answers, and of annotations without one with the reason, if it occurred."""
    counts = [(ngettext("%(n)s answer", "%(n)s answers", coverage["labels"]) % {"n": coverage["labels"]}, "")]
    gaps = {
        "not_applicable": _("not applicable: %(n)s"),
        "cannot_judge": _("cannot judge: %(n)s"),
        "unanswered": _("unanswered: %(n)s"),
        "incomparable": _("from incomparable codebook versions: %(n)s"),
    }
    return counts + [(str(text) % {"n": coverage[gap]}, gap) for gap, text in gaps.items() if coverage[gap]]


def _pairs(pairs: list[dict[str, Any]], raters: list[str]) -> list[tuple[str, list[Cell]]]:
    """Return the lower triangle of the raters' table, one row per rater except the first."""
    kappa = {(pair["first"], pair["second"]): pair["kappa"] for pair in pairs}
    return [
        (second, [_cell(kappa.get((first, second)), first, second) for first in raters[:-1]]) for second in raters[1:]
    ]


def _cell(figure: dict[str, Any] | None, *raters: str) -> Cell:
    if figure is None or figure["value"] is None:
        return Cell(figure, raters)
    return Cell(
        figure,
        raters,
        shade=max(0, min(5, int(figure["value"] * 6))),
        few=figure["n_units"] < FEW_SHARED or is_grey(figure),
    )


def _in_percent(share: float) -> str:
    return f"{100 * share:.0f} %"
