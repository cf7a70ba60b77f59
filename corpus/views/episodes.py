"""The list of episodes with its upload form, and the removal of an episode."""

from __future__ import annotations

import errno
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refused
from common.files.disk_space import disk_full, free_bytes, require_space
from common.models import User
from corpus.access import corpus_view
from corpus.domain.ingest.episode_progress import episode_progress, episodes_of, page_of
from corpus.domain.ingest.episodes import (
    SubmittedFile,
    hold_episode,
    remove_episode,
    submit_episode,
    with_speakers,
)
from corpus.forms.episodes import EpisodeForm
from corpus.models import Corpus, Episode, Membership
from corpus.views.season import season_texts

PER_PAGE = 25


@csrf_exempt  # `_upload` checks the token: it is in the body, which must not be read before the disk space was checked
@require_http_methods(["GET", "HEAD", "POST"])
@corpus_view(Membership.Role.MANAGER)
def episodes(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the episodes with their progress; accept an upload."""
    if request.method != "POST":
        return _page(request, corpus, membership, EpisodeForm(corpus=corpus))
    try:
        _require_room(request)
        return _upload(request, corpus, membership)
    except Refused as refusal:
        return _refused(request, corpus, membership, EpisodeForm(corpus=corpus), str(refusal))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        full = disk_full(needed=_length(request), free=0)
        return _refused(request, corpus, membership, EpisodeForm(corpus=corpus), str(full))


@require_POST
@corpus_view(Membership.Role.MANAGER)
def remove(request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Remove an episode."""
    row = get_object_or_404(Episode.objects.select_related("series__corpus"), public_id=episode, series__corpus=corpus)
    page = page_of(row, per_page=PER_PAGE)
    try:
        remove_episode(episode=row)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(title)s was removed.") % {"title": row.title})
    return redirect(f"{reverse('corpus:episodes', args=[corpus.slug])}?page={page}")


@csrf_protect
def _upload(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    form = EpisodeForm(request.POST, request.FILES, corpus=corpus)
    if not form.is_valid():
        return _refused(request, corpus, membership, form)
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    data = form.cleaned_data
    accept = hold_episode if data["preview"] else _submit
    try:
        episode = accept(
            corpus=corpus,
            series=data["series"],
            media=_given(data["film"]),
            subtitles=_subtitles(data),
            title=data["title"],
            licence=data["licence"],
            has_laugh_track=data["has_laugh_track"],
            created_by=request.user,
            take=True,
        )
    except Refused as refusal:
        return _refused(request, corpus, membership, form, str(refusal))
    if data["preview"]:
        where = reverse("corpus:subtitles", args=[corpus.slug, episode.public_id])
        return JsonResponse({"location": where}) if _wants_json(request) else redirect(where)
    page = page_of(episode, per_page=PER_PAGE)
    where = reverse("corpus:episodes", args=[corpus.slug]) + f"?page={page}#episode-{episode.public_id}"
    return JsonResponse({"location": where}) if _wants_json(request) else redirect(where)


def _subtitles(data: dict[str, Any]) -> SubmittedFile | None:
    """Return the submitted subtitles, joined with the speakers if there are any."""
    if not data["subtitles"]:
        if data["speakers"]:
            raise Refused("episode.speakers_alone")
        return None
    subtitles = _given(data["subtitles"])
    if not data["speakers"]:
        return subtitles
    return with_speakers(subtitles, _given(data["speakers"]), Path(settings.WORK_DIR))


def _submit(**given: Any) -> Episode:
    episode, _job = submit_episode(**given)
    return episode


def upload_texts() -> dict[str, str]:
    """Return the texts of the upload script."""
    return {
        "sending": _("Uploading:"),
        "storing": _("Saving …"),
        "broken": _("The connection was lost before the upload was complete. Try again."),
        "too_large": str(Refused("episode.too_large", limit_mb=settings.MAX_EPISODE_BYTES // 2**20)),
        "no_room": _("The server does not have enough free disk space for this file."),
    }


def _given(upload: TemporaryUploadedFile) -> SubmittedFile:
    return SubmittedFile(Path(upload.temporary_file_path()), str(upload.name))


def _length(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else 0


def _require_room(request: HttpRequest) -> None:
    """Refuse an upload that is too large before its body is read; stream others to the disk."""
    if _length(request) > settings.MAX_EPISODE_BYTES:
        raise Refused("episode.too_large", limit_mb=settings.MAX_EPISODE_BYTES // 2**20)
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    require_space(_length(request), folder=settings.WORK_DIR)
    request.upload_handlers = [TemporaryFileUploadHandler(request)]


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _refused(
    request: HttpRequest, corpus: Corpus, membership: Membership, form: EpisodeForm, sentence: str = ""
) -> HttpResponse:
    if _wants_json(request):
        errors = [sentence] if sentence else [str(error) for field in form.errors.values() for error in field]
        return JsonResponse({"errors": errors}, status=422)
    return _page(request, corpus, membership, form, sentence, status=422)


def _page(
    request: HttpRequest,
    corpus: Corpus,
    membership: Membership,
    form: EpisodeForm,
    sentence: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(episodes_of(corpus), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "refusal": sentence,
        "page": page,
        "rows": episode_progress(list(page)),
        "upload_texts": upload_texts(),
        "season_texts": season_texts(),
        "limits": {
            "max_bytes": settings.MAX_EPISODE_BYTES,
            "free_bytes": max(0, free_bytes(settings.WORK_DIR) - settings.MIN_FREE_BYTES),
        },
    }
    return render(request, "corpus/episodes.html", context, status=status)
