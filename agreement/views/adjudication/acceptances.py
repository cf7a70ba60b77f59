"""Bulk acceptance of answers on which annotators agree: preview, acceptance, undo."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.adjudication.acceptances import preview, request_acceptance, request_undo
from agreement.domain.adjudication.overview import count_lists
from agreement.models import AdjudicationCase, ConsensusAcceptance
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

LISTED = 50  # newest acceptances


@require_GET
@corpus_view(Membership.Role.MANAGER)
def acceptances(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show what could be accepted now, and what was accepted before."""
    labels = dict(AdjudicationCase.Agreement.choices)
    agreements = [str(each.value) for each in ConsensusAcceptance.AGREEMENTS]
    made = corpus.consensus_acceptances.select_related("job", "created_by", "undone_by", "codebook")[:LISTED]
    context = {
        "corpus": corpus,
        "membership": membership,
        "previews": [(each, labels[each], preview(corpus=corpus, agreement=each)) for each in agreements],
        "acceptances": made,
        "lists": count_lists(corpus=corpus, person=membership.user),
    }
    return render(request, "agreement/adjudication/acceptances.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def accept(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Accept all utterances with this kind of agreement."""
    try:
        request_acceptance(corpus=corpus, agreement=request.POST.get("agreement", ""), requested_by=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The answers are being accepted in the background."))
    return redirect("agreement:acceptances", corpus.slug)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def undo(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Take an acceptance back."""
    acceptance = get_object_or_404(corpus.consensus_acceptances.select_related("corpus"), public_id=public_id)
    try:
        request_undo(acceptance=acceptance, requested_by=membership.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The acceptance is being taken back in the background."))
    return redirect("agreement:acceptances", corpus.slug)
