"""Links from figures to the utterances behind them, in the label browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from corpus.models import Corpus, Membership
from corpus.rules.label_selection import MANY, Selection


def label_address(corpus: Corpus, membership: Membership, selection: Selection) -> str:
    """Return the address of the label browser for a selection; empty if the member may not open it.

    Managers and adjudicators may open it. Adjudicators do not learn who gave an answer, so a selection that names
    raters has no address for them.
    """
    if not (membership.is_manager or membership.is_adjudicator):
        return ""
    if selection.names_raters and not membership.is_manager:
        return ""
    query = selection.query()
    address = reverse("agreement:labels", args=[corpus.slug])
    return f"{address}?{query}" if query else address


def selection_of(membership: Membership, *, within: Iterable[str] = (), **filters: Any) -> Selection:
    """Return a selection for a link.

    Args:
        membership: the reader.
        within: slugs of the raters of a figure; they are left out for readers who must not know them, so that the link
            leads to the answers of all raters.
        filters: fields of `Selection`; a single value of a field with several is accepted, and empty ones are left out.
    """
    given = {name: value for name, value in filters.items() if value not in ("", None, ())}
    if within and membership.is_manager:
        given["rater"] = (*given.get("rater", ()), *within)
    fields: dict[str, Any] = {name: _several(value) if name in MANY else value for name, value in given.items()}
    return Selection(**fields)


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)
