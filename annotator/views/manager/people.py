"""The manager's page of one annotator: progress, pause, send back; and the change of a member's roles."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.allocation import assignments, work_plans
from annotator.domain.batches import batch_progress
from annotator.domain.batches.unfillable_slots import unfillable_slots_of
from annotator.domain.manager import annotators, progress, roles
from annotator.forms.batches import CommentForm
from annotator.forms.work_plans import AbsenceForm, QuotaForm
from annotator.models import Assignment
from common.errors import Refused
from corpus.access import corpus_view
from corpus.forms.corpora import RolesForm
from corpus.models import Corpus, Membership, Rater

MANAGER = Membership.Role.MANAGER
PER_PAGE = 50


@require_GET
@corpus_view(MANAGER)
def show(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the finished and open dialogues of a person, and their progress by batch."""
    rater, now = progress.person(corpus=corpus, public_id=public_id), timezone.now()
    if rater is None:
        raise Http404
    context = {
        "corpus": corpus,
        "membership": membership,
        "rater": rater,
        "batches": batch_progress.batches_of(rater=rater),
        "unfillable_slots": unfillable_slots_of(rater=rater),
        "held": progress.open_assignments(corpus=corpus).filter(rater=rater),
        "page": Paginator(batch_progress.finished_assignments(rater=rater), PER_PAGE).get_page(request.GET.get("page")),
        "now": now,
        **_plan(rater, now),
    }
    return render(request, "annotator/progress/person.html", context)


@require_POST
@corpus_view(MANAGER)
def pause(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Pause or resume a person."""
    rater = _rater(corpus, public_id)
    assert rater.membership is not None  # noqa: S101 -- of a member
    try:
        if request.POST.get("what") == "resume":
            annotators.resume(membership=rater.membership)
            messages.success(request, _("%(person)s gets new work again.") % {"person": rater.membership.user})
        else:
            annotators.pause(membership=rater.membership, now=timezone.now())
            messages.success(
                request,
                _("%(person)s gets no new work. Open dialogues can still be finished.")
                % {"person": rater.membership.user},
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:person", corpus.slug, public_id)


@require_POST
@corpus_view(MANAGER)
def send_back(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send a finished dialogue back to its annotator, with a comment."""
    assignment = get_object_or_404(
        Assignment.objects.select_related("rater"), public_id=public_id, rater__corpus=corpus
    )
    form = CommentForm(request.POST)
    form.is_valid()
    try:
        assignments.send_back(assignment=assignment, comment=form.cleaned_data.get("comment", ""), now=timezone.now())
        messages.success(request, _("Dialogue sent back. The annotator gets it next."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:person", corpus.slug, assignment.rater.public_id)


@require_POST
@corpus_view(MANAGER)
def change_roles(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Change the roles of a member."""
    form = RolesForm(request.POST)
    other = get_object_or_404(corpus.memberships.select_related("corpus", "user"), public_id=public_id)
    try:
        if form.is_valid():
            other = roles.change_roles(membership=other, roles=form.cleaned_data["roles"], now=timezone.now())
            messages.success(
                request, _("Roles of %(person)s: %(roles)s.") % {"person": other.user, "roles": other.role_names}
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    # Managers who have just removed their own access to the list are redirected to the home page.
    return redirect("home") if other.user_id == membership.user_id else redirect("corpus:members", corpus.slug)


def _plan(rater: Rater, now: datetime) -> dict[str, Any]:
    """Return the quota and absence of a person with their forms."""
    plan, today = work_plans.plan_of(rater), timezone.localdate(now)
    quota = {"most_dialogues": plan.most_dialogues, "most_per_week": plan.most_per_week} if plan else {}
    return {
        "share": work_plans.share_of(rater=rater, now=now),
        "is_absent": work_plans.is_absent(plan, today=today),
        "today": today,
        "quota_form": QuotaForm(initial=quota),
        "absence_form": AbsenceForm(initial={"first": today}),
    }


def _rater(corpus: Corpus, public_id: uuid.UUID) -> Rater:
    members = Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER).select_related("membership__user")
    return get_object_or_404(members, public_id=public_id)
