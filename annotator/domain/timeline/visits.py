"""Visits: the people with the timeline editor of an episode open."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from common.models import User
from corpus.models import Episode, TimelineVisit

PRESENT = timedelta(seconds=60)


@transaction.atomic
def note_visit(*, episode: Episode, session: uuid.UUID, user: User, now: datetime) -> None:
    """Record that a page of the timeline editor is open."""
    TimelineVisit.objects.update_or_create(episode=episode, session=session, defaults={"user": user, "seen_at": now})
    TimelineVisit.objects.filter(episode=episode, seen_at__lt=now - timedelta(days=1)).delete()


def others_present(*, episode: Episode, session: uuid.UUID, now: datetime) -> list[User]:
    """Return the people who have the editor open on another page, each once; the reader may be one of them."""
    visits = TimelineVisit.objects.filter(episode=episode, seen_at__gte=now - PRESENT).exclude(session=session)
    return sorted({visit.user for visit in visits.select_related("user")}, key=str)
