"""The card of live figures on the page of reports, for managers alone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.adjudication.eligibility import dialogues_to_decide_blind
from agreement.domain.findings.listing import severe_findings
from agreement.domain.live_figures import live_figures, newer_answers
from agreement.presentation.live_card import live_card
from annotator.access import sees_figures_of_raters
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

UNCHANGED = 204  # htmx leaves the card as it is


@require_GET
@corpus_view(Membership.Role.MANAGER)
def live(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Return the card if it is not the one that the page shows."""
    if not sees_live_figures(membership):
        raise PermissionDenied
    if request.headers.get("HX-Request") != "true":
        return redirect("agreement:reports", corpus.slug)
    context = card_context(corpus)
    if request.GET.get("seen") == context["live"]["version"]:
        return HttpResponse(status=UNCHANGED)
    return render(request, "agreement/live.html", {"corpus": corpus, "membership": membership, **context})


def sees_live_figures(membership: Membership) -> bool:
    """Return whether a member may watch the figures: a manager who neither labels nor has a case to decide blind.

    A change of the figures after one dialogue tells whether its annotators agreed.
    """
    return membership.is_manager and sees_figures_of_raters(membership) and not dialogues_to_decide_blind(membership)


def card_context(corpus: Corpus) -> dict[str, Any]:
    """Return the card of a corpus for its template."""
    found = live_figures(corpus)
    newer = newer_answers(found) if found else 0
    return {"live": live_card(found, newer, list(severe_findings(corpus)), get_language() or "en")}
