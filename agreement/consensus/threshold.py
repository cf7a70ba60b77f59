"""Threshold: an answer that a given share of the raters gave."""

from __future__ import annotations

from collections.abc import Mapping

from agreement.consensus import sources
from agreement.consensus.majority import majority
from agreement.consensus.method import (
    Choice,
    ConsensusMethod,
    Decide,
    Item,
    Parameter,
    Verdict,
    gettext_noop,
)
from agreement.consensus.patterns import Patterns

DIGITS = 2  # shares are rounded to it, so that 0.67 means two of three


def threshold(share: float) -> Decide:
    """Return a method that gives the most frequent answer if at least `share` of the raters gave it.

    The source is `unanimous`, `threshold`, `single` (one rater), `tie` (no answer is the most frequent) or
    `below_threshold`. Shares are compared after rounding to two digits.
    """

    def decide(item: Item, votes: Mapping[str, Choice]) -> Verdict:
        verdict = majority(item, votes)
        if verdict.source != sources.MAJORITY:
            return verdict
        given = sum(answer == verdict.answer for answer in votes.values()) / len(votes)
        if round(given, DIGITS) < round(share, DIGITS):
            return Verdict(None, sources.BELOW_THRESHOLD)
        return Verdict(verdict.answer, sources.THRESHOLD)

    return decide


def _fit(share: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    assert share is not None  # noqa: S101 -- the method has a parameter
    return threshold(share)


THRESHOLD = ConsensusMethod(
    name="threshold",
    label=gettext_noop("threshold: the most frequent answer, if enough raters gave it"),
    fit=_fit,
    parameter=Parameter("share", 0.7, 0.01, 1.0, gettext_noop("Share of the raters")),
    tells_raters_apart=False,
)
