"""Late decisions: those that arrived after their case went to another adjudicator."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.adjudication.late_decisions import (
    apply_late_decision,
    discard_late_decision,
    holds_with_late_work,
)
from agreement.domain.adjudication.overview import count_lists
from agreement.models import CaseHold, Outcome
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

LISTED = 100  # the newest ones


@require_GET
@corpus_view(Membership.Role.MANAGER)
def late(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List late decisions without their answers: the manager may still label these utterances."""
    settled = "settled" in request.GET
    holds = holds_with_late_work(corpus=corpus, settled=settled).select_related("case__utterance__decision")
    labels = dict(Outcome.choices)
    rows = []
    for hold in holds.prefetch_related("late_decisions")[:LISTED]:
        pieces = sorted(hold.late_decisions.all(), key=lambda each: each.pk)
        kinds = [
            labels.get(each.payload.get("outcome", ""), "") if each.payload.get("kind") == "decide" else _("undone")
            for each in pieces
        ]
        rows.append({"hold": hold, "kinds": kinds, "piece": pieces[-1]})
    context = {
        "corpus": corpus,
        "membership": membership,
        "rows": rows,
        "settled": settled,
        "lists": count_lists(corpus=corpus, person=membership.user),
    }
    return render(request, "agreement/adjudication/late.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def settle_late(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Apply the late decision of a hold, or discard it."""
    hold = get_object_or_404(CaseHold, public_id=public_id, case__corpus=corpus)
    now = timezone.now()
    try:
        if request.POST.get("act") == "apply":
            apply_late_decision(hold=hold, settled_by=membership.user, now=now)
        else:
            reason = request.POST.get("reason", "")
            discard_late_decision(hold=hold, reason=reason, settled_by=membership.user, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("agreement:late_decisions", corpus.slug)
