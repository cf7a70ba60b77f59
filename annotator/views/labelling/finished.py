"""The list of an annotator's finished dialogues, and the labelling page that corrects one of them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from annotator.api.assignment_responses import as_json
from annotator.domain.allocation.daily_limit import refuse_over_limit
from annotator.domain.labelling.corrections import finished_work, reasons_against_correcting
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.models import Assignment
from annotator.views.labelling.page import page_context
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater, Revision

PER_PAGE = 50
MAX_SEARCH = 100  # characters


@require_GET
@never_cache
@corpus_view(Membership.Role.ANNOTATOR)
def listing(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the dialogues that the annotator has handed in, newest first, and say which can be corrected."""
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_SEARCH]
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "text": text, "rows": [], "next": None}
    rater: Rater | None = getattr(membership, "rater", None)
    if rater:
        after = _last_shown(rater, request.GET.get("after", ""))
        found = list(finished_work(rater=rater, text=text, after=after)[: PER_PAGE + 1])
        shown = found[:PER_PAGE]
        reasons = reasons_against_correcting(rater=rater, assignments=shown)
        context |= {
            "rows": [(assignment, reasons.get(assignment.pk)) for assignment in shown],
            "next": shown[-1].public_id if len(found) > PER_PAGE else None,
            "is_continued": after is not None,
        }
    return render(request, "annotator/finished.html", context)


@require_GET
@never_cache
@ensure_csrf_cookie
@corpus_view(Membership.Role.ANNOTATOR)
def correct(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the labelling page with a finished dialogue and the annotator's own answers, to correct them."""
    rater: Rater | None = getattr(membership, "rater", None)
    if rater is None:
        raise Http404
    rater.corpus = corpus
    assignment = get_object_or_404(finished_work(rater=rater), public_id=public_id)
    finished = reverse("annotator:finished", args=[corpus.slug])
    try:
        refuse_over_limit(rater=rater, now=timezone.now())
        work = open_assignment(assignment=assignment)
        if work.closed:
            raise work.closed
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(finished)
    context = page_context(corpus, membership, work=as_json(work), finished=finished)
    context |= {"correction": assignment, "correction_reasons": Revision.Reason.choices}
    return render(request, "annotator/label.html", context)


def _last_shown(rater: Rater, public_id: str) -> Assignment | None:
    """Return the last dialogue of the page before, by the id in the address; None: the first page."""
    try:
        key = uuid.UUID(public_id)
    except ValueError:
        return None
    return Assignment.objects.filter(rater=rater, public_id=key, ended_at__isnull=False).first()
