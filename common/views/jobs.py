"""The progress of a job, as a fragment that reloads itself until the job has ended."""

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
    """Show a job to users who can view it; 404 for others."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware covers every view
    row = get_object_or_404(Job, public_id=public_id)
    if not queue.can_view(request.user, row):
        raise Http404
    response = render(request, "common/job.html", {"job": row})
    if request.headers.get("HX-Request") and row.state == Job.State.DONE:
        response["HX-Refresh"] = "true"  # the page shows the result
    return response
