"""Severe findings on pages, and figures of findings."""

from __future__ import annotations

from typing import Any

from django import template

from agreement.domain.findings.listing import listed, severe_findings
from annotator.access import sees_figures_of_raters
from corpus.models import Membership, Rater

SHOWN = 5

register = template.Library()


@register.simple_tag
def severe_findings_of(membership: Membership) -> dict[str, Any]:
    """Return the open severe findings for a lead: `count` of all, the first `rows`, and the `questions` concerned.

    Findings on the answers of members have rows only for managers who cannot be given dialogues of the corpus.
    """
    if not (membership.is_manager or membership.is_adjudicator):
        return {"count": 0, "rows": [], "questions": set()}
    found = list(severe_findings(membership.corpus))
    sees_raters = membership.is_manager and sees_figures_of_raters(membership)
    shown = [each for each in found if sees_raters or not each.rater or each.rater.kind != Rater.Kind.MEMBER]
    return {
        "count": len(found),
        "rows": [listed(each) for each in shown[:SHOWN]],
        "questions": {each.task for each in found if each.task},
    }


@register.filter
def p_value(value: float) -> str:
    """Return a probability for people: "below 1 in 1,000,000", or a number with two significant digits."""
    if value < 1e-12:
        return "< 10⁻¹²"
    if value < 1e-3:
        exponent = f"{value:.0e}".partition("e")[2].lstrip("-0").translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{f'{value:.0e}'.partition('e')[0]} · 10⁻{exponent}"
    return f"{value:.2g}"
