"""Severe findings on pages, and figures of findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import get_language

from agreement.domain.findings.listing import ListedFinding, concerned, listed, severe_findings
from annotator.access import sees_figures_of_raters
from corpus.models import Finding, Membership, Rater

SHOWN = 5

register = template.Library()


def _severe(membership: Membership) -> tuple[list[Finding], bool]:
    """Return the open severe findings, and whether the member may see those on members; read once per request."""
    if "_severe" not in membership.__dict__:
        sees_raters = membership.is_manager and sees_figures_of_raters(membership)
        membership.__dict__["_severe"] = list(severe_findings(membership.corpus)), sees_raters
    found: tuple[list[Finding], bool] = membership.__dict__["_severe"]
    return found


@register.simple_tag
def severe_findings_of(membership: Membership, raters: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the open severe findings for a lead: `count` of all, the first `rows`, and the `questions` concerned.

    Each row is a finding and the name of its question (`visible_findings`).

    Args:
        membership: of the lead.
        raters: slugs of those whose figures are shown; findings on others concern no question. Default: everybody.
    """
    if not (membership.is_manager or membership.is_adjudicator):
        return {"count": 0, "rows": [], "questions": set()}
    found, _ = _severe(membership)
    return {
        "count": len(found),
        "rows": visible_findings(membership)[:SHOWN],
        "questions": concerned(found, _names(membership), raters),
    }


def visible_findings(membership: Membership) -> list[tuple[ListedFinding, str]]:
    """Return the open severe findings that a lead may see, each with the name of its question.

    Findings on the answers of members are for managers who cannot be given dialogues of the corpus. They are read once
    per request.
    """
    found, sees_raters = _severe(membership)
    names = _names(membership)
    shown = [each for each in found if sees_raters or not each.rater or each.rater.kind != Rater.Kind.MEMBER]
    return [(listed(each), names.get(each.task, each.task)) for each in shown]


def _names(membership: Membership) -> dict[str, str]:
    """Return the names of the questions by slug."""
    rules = membership.corpus.codebook.rules() if membership.corpus.codebook else None
    language = get_language() or "en"
    return {each.slug: rules.text(each.slug, language).name for each in rules.questions} if rules else {}


@register.filter
def p_value(value: float) -> str:
    """Return a probability for people: "below 1 in 1,000,000", or a number with two significant digits."""
    if value < 1e-12:
        return "< 10⁻¹²"
    if value < 1e-3:
        exponent = f"{value:.0e}".partition("e")[2].lstrip("-0").translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{f'{value:.0e}'.partition('e')[0]} · 10⁻{exponent}"
    return f"{value:.2g}"
