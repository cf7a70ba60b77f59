"""Pausing and resuming an annotator."""

from datetime import datetime

from django.db import transaction

from common.errors import Refused
from corpus.models import Membership


@transaction.atomic
def pause(*, membership: Membership, now: datetime) -> None:
    """Pause an annotator: they get no new work but can finish open dialogues. A second time changes nothing.

    Raises:
        Refused: `annotator.no_annotator`.
    """
    if not membership.is_annotator:
        raise Refused("annotator.no_annotator")
    Membership.objects.filter(pk=membership.pk, paused_at__isnull=True).update(paused_at=now)


@transaction.atomic
def resume(*, membership: Membership) -> None:
    """Give a paused annotator new work again."""
    Membership.objects.filter(pk=membership.pk).update(paused_at=None)
