"""Inbox of the manager: days on which somebody labelled faster than the clips play."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotator.access import sees_figures_of_raters
from annotator.domain.hours.fast_labelling import LEAST, LEAST_PERCENT, dismiss, open_reports
from annotator.domain.messages.inbox import inbox
from annotator.forms.inbox import NoForm
from annotator.models import FastLabelling
from annotator.views.inbox.form_actions import act_on
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

PER_PAGE = 20
MANAGER = Membership.Role.MANAGER


@require_safe
@corpus_view(MANAGER)
def listing(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the reported days, open or dismissed."""
    state = "dismissed" if request.GET.get("state") == "dismissed" else "open"
    reports = open_reports(corpus, dismissed=state == "dismissed")
    hides_raters = not sees_figures_of_raters(membership)
    context = {
        "hides_raters": hides_raters,
        "corpus": corpus,
        "membership": membership,
        "page": Paginator(reports.none() if hides_raters else reports, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "least": LEAST,
        "least_percent": LEAST_PERCENT,
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/fast_labelling.html", context)


@require_POST
@corpus_view(MANAGER)
def settle(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Dismiss a reported day."""
    report = get_object_or_404(FastLabelling, corpus=corpus, public_id=public_id)

    def act() -> str:
        dismiss(report=report, by=membership.user, now=timezone.now())
        return _("Dismissed.")

    return act_on(request, NoForm(request.POST), act, "annotator:fast_labelling", corpus)
