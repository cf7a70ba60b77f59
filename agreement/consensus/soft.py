"""Soft labels: the shares of the raters that gave each answer, beside the label of the majority."""

from __future__ import annotations

from collections.abc import Mapping

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


def soft(smoothing: float) -> Decide:
    """Return a method that gives the distribution of the answers, and the verdict of the majority.

    p(a) = (n(a) + s / V) / (n + s), with n(a) of n raters for answer a, V possible answers and s the smoothing. With
    s = 0 these are the shares of the raters.
    """

    def decide(item: Item, votes: Mapping[str, Choice]) -> Verdict:
        given, total = list(votes.values()), len(votes) + smoothing
        uniform = smoothing / len(item.answers)
        distribution = tuple((given.count(answer) + uniform) / total for answer in item.answers)
        verdict = majority(item, votes)
        return Verdict(verdict.answer, verdict.source, distribution)

    return decide


def _fit(smoothing: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    return soft(smoothing or 0.0)


SOFT = ConsensusMethod(
    name="soft",
    label=gettext_noop("soft labels: the share of each answer, beside the label of the majority"),
    fit=_fit,
    parameter=Parameter("smoothing", 0.0, 0.0, 100.0, gettext_noop("Smoothing")),
    is_soft=True,
    tells_raters_apart=False,
)
