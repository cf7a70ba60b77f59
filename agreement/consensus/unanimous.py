"""Unanimous: an answer that all raters gave."""

from __future__ import annotations

from collections.abc import Mapping

from agreement.consensus import sources
from agreement.consensus.method import Choice, ConsensusMethod, Decide, Item, Verdict, gettext_noop
from agreement.consensus.patterns import Patterns


def unanimous(_item: Item, votes: Mapping[str, Choice]) -> Verdict:
    """Return the answer that all raters gave; the source is `unanimous`, `single` (one rater) or `not_unanimous`."""
    first, *others = votes.values()
    if any(answer != first for answer in others):
        return Verdict(None, sources.NOT_UNANIMOUS)
    return Verdict(first, sources.UNANIMOUS if others else sources.SINGLE)


def _fit(_parameter: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    return unanimous


UNANIMOUS = ConsensusMethod(
    name="unanimous",
    label=gettext_noop("unanimous: a label only where all raters agree"),
    fit=_fit,
    tells_raters_apart=False,
)
