"""Definitions of the figures of a report, so that its page says how each was computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreement.presentation.cards import SHOWN
from agreement.presentation.interval_notes import generalises
from agreement.statistics.intervals.figures import FEW_DIALOGUES
from agreement.statistics.measures.registry import MEASURES

DISTANCES: dict[str, str | Promise] = {
    "nominal": _("nominal: 0 for equal answers, 1 for different ones"),
    "ordinal": _("ordinal: squared difference of the mid-ranks of the answers given (Krippendorff’s metric)"),
    "interval": _("interval: squared difference of the numbers"),
    "sets": _("sets of choices: 1 − J M, J the overlap of two sets and M their relation (Passonneau’s MASI of 2006)"),
}


class Definition(NamedTuple):
    """A measure on the page: its name, its formula and the publication that defines it."""

    name: str
    formula: str
    source: str


def definitions(figures: Mapping[str, Any]) -> list[Definition]:
    """Return the definitions of the measures that the page of a report shows.

    Args:
        figures: as `domain.report_figures.figures` returned them.
    """
    shown = [MEASURES[name] for name in ("alpha", *SHOWN, "alpha_of_label", "specific_agreement", "cohen")]
    return [
        Definition(gettext(measure.label), measure.formula, measure.source)
        for measure in shown
        if measure.scope != "question" or any(measure.json_key in each for each in figures["questions"])
    ]


def distances(figures: Mapping[str, Any]) -> list[str]:
    """Return the distances D of alpha for each level of measurement in a report."""
    levels = {question["level"] for question in figures["questions"]}
    return [str(text) for level, text in DISTANCES.items() if level in levels]


def rules(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield sentences about the answers that count, the intervals, and the notes."""
    yield gettext(
        "Compared are the answers that each annotator handed in first, in dialogues that this annotator finished; "
        "later corrections do not count. Answers of pilots, gold, retests and tests never count. “Cannot judge”, “not "
        "applicable” and unanswered are missing, not categories of their own. An utterance is compared if at least "
        "two raters answered the question."
    )
    yield gettext(
        "“Given” counts all answers that were read; “share” is that among the answers to compared utterances. The "
        "lines at 0.667 and 0.8 are Krippendorff’s limits for tentative conclusions and for reliance (Content "
        "Analysis, 2004, p. 241). They are for alpha, not for percent agreement or AC1."
    )
    yield gettext(
        "Why the figures differ: on an ordinal scale alpha counts near misses as small disagreements; Fleiss’ kappa, "
        "percent agreement and AC1 count every difference alike. Where one answer makes up most of the answers, "
        "percent agreement and AC1 are high although raters seldom agree on the others: the specific agreement of each "
        "answer tells that."
    )
    yield gettext(
        "In the formulas, v is how often an utterance got each answer and m the sum of v; n is how often each answer "
        "was given to compared utterances, or the sum of that; V is the number of possible answers, used or not. pa "
        "and po are the observed agreement (the mean share of pairs of raters that agree), pe the one expected by "
        "chance; p_c is the mean share of an answer c, and p_c. and p_.c are its shares with each of two raters."
    )
    yield gettext(
        "Intervals: the influence of each utterance on the figure is summed over its dialogue, and the standard error "
        "is the spread of these sums, because utterances of one dialogue are not independent. From it follows the size "
        "of an effective sample, and from that Wilson’s score interval, with Student’s t whose degrees of freedom "
        "count the dialogues that contribute most of the error."
    )
    if generalises(figures):
        yield gettext(
            "For annotators like these: the variance between annotators is added, (R−1)/R times the sum of squared "
            "differences between the values without each of the R annotators and their mean (jackknife)."
        )
    yield gettext(
        "Grey: fewer than %(few)s dialogues contain the rarer answers (a label, or whatever is not the label if that "
        "is less; of a question, any answer but the most frequent one). In simulations, intervals that are not grey "
        "contain the true value in at least 93 %% of cases. One dialogue alone with a disagreement or with the rarer "
        "answers: no interval. No disagreement: the interval is a bound."
    ) % {"few": FEW_DIALOGUES}
    if any(question["kind"] == "link" for question in figures["questions"]):
        yield gettext(
            "Links: alpha of a link compares its values on an ordinal scale, where both raters say that it applies. "
            "Its parts compare whether it applies, its sign, and its strength among equal signs. “Identical ends” "
            "compares only raters with the same answers at both ends. Intervals of the association of the ends are "
            "jackknifed over dialogues."
        )
    yield gettext(
        "“Until ±0.05” assumes that half the width of the interval falls with the square root of the number of "
        "dialogues. A pair of raters is grey below 50 shared utterances."
    )
