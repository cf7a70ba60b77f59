"""Majority: the answer that most raters gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from agreement.consensus import sources
from agreement.consensus.method import Choice, ConsensusMethod, Decide, Item, Verdict, gettext_noop
from agreement.consensus.patterns import Patterns


def majority(_item: Item, votes: Mapping[str, Choice]) -> Verdict:
    """Return the most frequent answer.

    The source is `unanimous` (at least two raters, all of one mind), `majority` (more raters than for any other
    answer), `single` (one rater) or `tie` (no answer is the most frequent).
    """
    (answer, times), *others = Counter(votes.values()).most_common(2)
    if len(votes) == 1:
        return Verdict(answer, sources.SINGLE)
    if not others:
        return Verdict(answer, sources.UNANIMOUS)
    return Verdict(None, sources.TIE) if others[0][1] == times else Verdict(answer, sources.MAJORITY)


def _fit(_parameter: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    return majority


MAJORITY = ConsensusMethod(
    name="majority",
    label=gettext_noop("majority: the most frequent answer; a tie gives no label"),
    fit=_fit,
    tells_raters_apart=False,
)
