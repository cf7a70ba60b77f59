"""Media files, waveforms and clips, for the members of their corpus."""

import uuid

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from common.files.ranged_response import ranged_file
from common.middleware import accepts_token
from common.models import User
from corpus.access import corpus_or_404
from corpus.models import MediaFile

SERVED = (MediaFile.Kind.PLAYABLE, MediaFile.Kind.PEAKS, MediaFile.Kind.MARKS, MediaFile.Kind.CLIP)


@accepts_token
@require_safe
def media(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send a file that pages play or draw; original uploads and releases are not served here."""
    file = get_object_or_404(MediaFile.objects.select_related("corpus"), public_id=public_id, kind__in=SERVED)
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    corpus_or_404(request.user, file.corpus.slug)
    return ranged_file(request, file.path, file.content_type)
