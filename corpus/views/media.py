"""The files that pages play and draw, for the members of their corpus."""

import uuid

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from common.ranged import ranged_file
from corpus.models import MediaFile

SHOWN = [MediaFile.Kind.PLAYABLE, MediaFile.Kind.PEAKS, MediaFile.Kind.CLIP]


@require_safe
def media(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send a file, whole or in pieces; to all but active members it is not there.

    Raises:
        Http404: no such file, or not for this person, or it is gone from the disk.
    """
    file = get_object_or_404(
        MediaFile,
        public_id=public_id,
        kind__in=SHOWN,
        corpus__memberships__user=request.user,
        corpus__memberships__is_active=True,
    )
    try:
        return ranged_file(request, file.path, file.content_type)
    except FileNotFoundError as gone:
        raise Http404 from gone
