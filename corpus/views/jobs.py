"""The list of a corpus's jobs, for managers."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refused
from common.jobs.queue import retry
from common.models import Job
from corpus.access import corpus_view
from corpus.models import Corpus, Membership

SHOWN = 100


@corpus_view(Membership.Role.MANAGER)
def jobs(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the newest jobs with their states."""
    rows = Job.objects.filter(scope=str(corpus.public_id)).select_related("created_by")[:SHOWN]
    context = {"corpus": corpus, "membership": membership, "jobs": rows, "shown": SHOWN}
    return render(request, "corpus/jobs.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def retry_job(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Try a failed job again."""
    try:
        retry(job=get_object_or_404(Job, scope=str(corpus.public_id), public_id=public_id))
        messages.success(request, _("The job is queued again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:jobs", corpus.slug)
