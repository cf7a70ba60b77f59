"""Responses to the timeline editor."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from annotator.access import sees_figures_of_raters
from annotator.domain.timeline.edits import NeedsConfirmation
from annotator.domain.timeline.visits import others_present
from annotator.models import Flag
from common.models import User
from corpus.domain.timeline import document
from corpus.domain.timeline.checks import Conflict
from corpus.models import Episode, Membership, Rater, TimelineEdit

Json = dict[str, Any]


def whole(episode: Episode, session: uuid.UUID, reader: User) -> Json:
    """Return everything that the page shows `reader`."""
    return {
        "head": document.head_of(episode),
        "episode": {
            "id": str(episode.public_id),
            "title": episode.title,
            "duration_ms": episode.duration_ms,
            "fps": episode.fps,
            "media": _address(episode.playable),
            "peaks": _address(episode.peaks),
            "marks": _address(episode.marks),
            "has_picture": episode.has_picture,
        },
        "lines": document.lines_of(episode),
        "dialogues": document.dialogues_of(episode),
        "speakers": document.speakers_document(episode),
        "flags": open_flags(episode),
        "findings": document.findings_of(episode),
        "edits": [document.edit_document(edit) for edit in document.edits_of_session(episode, session)],
        "people": _people(episode, session, reader),
    }


def news(episode: Episode, session: uuid.UUID, reader: User, after: int) -> Json:
    """Return the edits after one, with what they changed as it is now, and who else is here."""
    edits = document.edits_after(episode, after)
    lines, _dialogues, speakers = document.touched_by(edits)
    found: Json = {
        "head": edits[-1].number if edits else after,
        "checksum": document.checksum_of(episode),
        "edits": [document.edit_document(edit) for edit in edits],
        "lines": document.lines_of(episode, lines) if lines else [],
        "dialogues": document.dialogues_of(episode) if edits else None,
        "speakers": document.speakers_document(episode) if edits and (lines or speakers) else None,
        "flags": open_flags(episode),
        "marks": _address(episode.marks),
        "people": _people(episode, session, reader),
    }
    return found


def _people(episode: Episode, session: uuid.UUID, reader: User) -> list[str]:
    others = others_present(episode=episode, session=session, now=timezone.now())
    return [gettext("you, in another window") if other == reader else str(other) for other in others]


def conflict(episode: Episode, refusal: Conflict) -> Json:
    """Return what is stored now, in place of what the edit expected, and who changed it last."""
    return {
        "kind": "conflict",
        "error": str(refusal),
        "lines": document.lines_of(episode, refusal.lines),
        "gone": _missing(episode, refusal.lines),
        "dialogues": document.dialogues_of(episode),
        "speakers": document.speakers_document(episode),
        "by": _last_editor(episode, {*refusal.lines, *refusal.dialogues, *refusal.speakers}),
    }


def confirmation(refusal: NeedsConfirmation, membership: Membership) -> Json:
    """Return whose answers the edit would withdraw; without names for a manager who could still label themselves."""
    names: list[str] | None = None
    if sees_figures_of_raters(membership):
        raters = Rater.objects.filter(pk__in=refusal.raters).select_related("membership__user").order_by("pk")
        names = [str(each.membership.user) if each.membership else each.slug for each in raters]
    return {
        "kind": "confirm",
        "error": str(refusal),
        "total": refusal.total,
        "answers": refusal.answers,
        "reopened": refusal.reopened,
        "people": names,
        "annotators": len(refusal.raters),
        "dialogues": refusal.dialogues,
    }


def open_flags(episode: Episode) -> list[Json]:
    """Return the open flags on utterances of an episode, without the names of those who raised them."""
    rows = Flag.objects.filter(utterance__dialogue__episode=episode, state=Flag.State.OPEN).order_by("pk")
    return [
        {
            "id": str(row.public_id),
            "line": str(row.utterance.public_id),
            "reason": row.reason,
            "text": str(row.get_reason_display()),
            "comment": row.comment,
            "start_ms": row.start_ms,
            "end_ms": row.end_ms,
        }
        for row in rows.select_related("utterance")
    ]


def _last_editor(episode: Episode, ids: Iterable[str]) -> str:
    wanted = set(ids)
    recent: Iterable[TimelineEdit] = episode.timeline_edits.order_by("-number").select_related("made_by")[:200]
    for edit in recent:
        lines, dialogues, speakers = document.touched_by([edit])
        if wanted & (lines | dialogues | speakers):
            return str(edit.made_by) if edit.made_by else ""
    return ""


def _missing(episode: Episode, ids: Iterable[str]) -> list[str]:
    """Return the utterances among these that were removed for good, on another page."""
    known = {row["id"] for row in document.lines_of(episode, list(ids))}
    return [each for each in ids if each not in known]


def _address(file: Any) -> str:
    return reverse("media", args=[file.public_id]) if file else ""
