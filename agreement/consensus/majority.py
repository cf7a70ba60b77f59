"""Majority: the answer that most raters gave."""

from __future__ import annotations

from collections.abc import Mapping

from agreement.consensus import sources
from agreement.consensus.method import Choice, ConsensusMethod, Decide, Item, Verdict, gettext_noop
from agreement.consensus.patterns import Patterns


def majority(_item: Item, votes: Mapping[str, Choice]) -> Verdict:
    """Return the most frequent answer.

    The source is `unanimous` (at least two raters, all of one mind), `majority` (more raters than for any other
    answer), `single` (one rater) or `tie` (no answer is the most frequent).
    """
    counts: dict[Choice, int] = {}  # a Counter takes three times as long for a few votes
    for vote in votes.values():
        counts[vote] = counts.get(vote, 0) + 1
    if len(counts) == 1:
        return Verdict(next(iter(counts)), sources.SINGLE if len(votes) == 1 else sources.UNANIMOUS)
    times = max(counts.values())
    leading = [answer for answer, count in counts.items() if count == times]
    return Verdict(leading[0], sources.MAJORITY) if len(leading) == 1 else Verdict(None, sources.TIE)


def _fit(_parameter: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    return majority


MAJORITY = ConsensusMethod(
    name="majority",
    label=gettext_noop("majority: the most frequent answer; a tie gives no label"),
    fit=_fit,
    tells_raters_apart=False,
)
