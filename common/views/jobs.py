"""A job's progress, as the fragment that asks for itself until the job has ended."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from common.jobs import queue
from common.models import Job, User


@require_GET
@never_cache
def job(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one job to those who may see it; 404 to all others."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware stands before every view
    row = get_object_or_404(Job, public_id=public_id)
    if not queue.may_see(request.user, row):
        raise Http404
    response = render(request, "common/job.html", {"job": row})
    if request.headers.get("HX-Request") and row.state == Job.State.DONE:
        response["HX-Refresh"] = "true"  # the page it sits on has something new to show
    return response
