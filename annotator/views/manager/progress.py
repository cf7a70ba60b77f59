"""The manager's progress page: people, open assignments, dialogues."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.allocation import assignments
from annotator.domain.figures import corpus_work
from annotator.domain.figures.work_sums import work_sums
from annotator.domain.manager import progress
from annotator.models import Assignment
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

PER_PAGE = 50


@require_GET
@corpus_view(Membership.Role.MANAGER)
def show(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the progress of the corpus by person and by dialogue."""
    pages = Paginator(corpus_work.main_work(corpus=corpus), PER_PAGE)
    pages.count = corpus_work.main_work_sizes(corpus=corpus)[0]  # a cached property, counted by an index
    page = pages.get_page(request.GET.get("page"))
    # counted for this page only; otherwise the last pages of a large corpus would be slow
    page.object_list = corpus_work.with_judgements(corpus=corpus, only=list(page))
    kept = work_sums(corpus)
    context = {
        "corpus": corpus,
        "membership": membership,
        "totals": corpus_work.totals(corpus=corpus, kept=kept),
        "people": progress.people(corpus=corpus, kept=kept),
        "held": progress.open_assignments(corpus=corpus),
        "late_count": progress.late_count(corpus=corpus),
        "expiry": corpus.codebook.rules().policy.expiry if corpus.codebook else "reopen",
        "dialogues": page,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "annotator/progress/overview.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def release(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Release an open assignment, so that someone else can judge the dialogue."""
    assignment = get_object_or_404(Assignment, public_id=public_id, rater__corpus=corpus)
    try:
        assignments.release(assignment=assignment, now=timezone.now())
        messages.success(request, _("Slot released. Another annotator can take it."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:progress", corpus.slug)
