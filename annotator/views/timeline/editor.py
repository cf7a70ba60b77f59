"""The timeline editor of an episode: its page, its contents, and the edits that it sends."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.timeline.edits import NeedsConfirmation, make_edit, undo_edit
from annotator.domain.timeline.visits import note_visit
from annotator.views.timeline import responses
from annotator.views.timeline.request_bodies import Body, Change, Undo, action_of, parse
from annotator.views.timeline.texts import texts
from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.media.timeline_marks import order_marks
from corpus.domain.timeline.checks import Conflict
from corpus.models import Corpus, Episode, Membership, TimelineEdit

MANAGER = Membership.Role.MANAGER


@require_GET
@corpus_view(MANAGER)
def page(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Show the timeline editor."""
    row = _episode(corpus, episode)
    context = {"corpus": corpus, "membership": membership, "episode": row, "texts": texts()}
    return render(request, "annotator/timeline/editor.html", context)


@require_GET
@corpus_view(MANAGER)
def contents(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Send everything that the page shows; it has been opened by then."""
    row, session = _episode(corpus, episode), _session(request)
    if corpus.archived_at is None:
        note_visit(episode=row, session=session, user=membership.user, now=timezone.now())
    return JsonResponse(responses.whole(row, session, membership.user))


@require_GET
@corpus_view(MANAGER)
def news(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Send the edits made since the page asked last, and the people who are here."""
    row, session = _episode(corpus, episode), _session(request)
    if corpus.archived_at is None:
        note_visit(episode=row, session=session, user=membership.user, now=timezone.now())
    after = request.GET.get("after", "")
    return JsonResponse(
        responses.news(row, session, membership.user, int(after) if after.isdecimal() and len(after) < 10 else 0)
    )


@require_POST
@corpus_view(MANAGER)
def edit(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Make an edit, and send it with everything else that has changed since the page asked last.

    Responses: 409 with `kind` `conflict` (someone changed it since) or `confirm` (answers would be withdrawn), 422 with
    `kind` `refused`.
    """
    row = _episode(corpus, episode)
    try:
        body = parse(request.body)
        made = _make(body, row, membership)
    except NeedsConfirmation as refusal:
        return JsonResponse(responses.confirmation(refusal, membership), status=409)
    except Conflict as refusal:
        return JsonResponse(responses.conflict(row, refusal), status=409)
    except Refused as refusal:
        found = {"kind": "refused", "code": refusal.code, "error": str(refusal)}
        return JsonResponse(found, status=422)
    return JsonResponse(responses.news(row, body.session, membership.user, min(body.after, made.number - 1)))


@require_POST
@corpus_view(MANAGER)
def marks(_request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Queue the search for silences and shot changes, if the episode has none."""
    job = order_marks(episode=_episode(corpus, episode))
    return JsonResponse({"queued": job is not None})


def _make(body: Body, episode: Episode, membership: Membership) -> TimelineEdit:
    now = timezone.now()
    if isinstance(body, Undo):
        return undo_edit(
            episode=episode,
            edit=body.edit,
            operation=body.operation,
            session=body.session,
            confirmed=body.confirmed,
            edited_by=membership.user,
            now=now,
        )
    return make_edit(
        episode=episode,
        operation=body.operation,
        session=body.session,
        action=action_of(body),
        change=body.apply,
        versions=body.versions,
        confirmed=body.confirmed,
        flag=body.flag if isinstance(body, Change) else None,
        edited_by=membership.user,
        now=now,
    )


def _episode(corpus: Corpus, public_id: uuid.UUID) -> Episode:
    rows = Episode.objects.select_related("series__corpus", "playable", "peaks", "marks").filter(series__corpus=corpus)
    return get_object_or_404(rows, public_id=public_id)


def _session(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.GET.get("session", ""))
    except ValueError:
        return uuid.uuid4()
