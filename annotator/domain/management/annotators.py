"""What a manager decides about one annotator's work."""

from datetime import datetime

from django.db import transaction

from common.errors import Refused
from corpus.models import Membership


@transaction.atomic
def pause(*, membership: Membership, now: datetime) -> None:
    """Give a person no new work; what they have in hand can be finished. Again, nothing happens.

    Raises:
        Refused: `annotator.no_annotator`.
    """
    if membership.role != Membership.Role.ANNOTATOR:
        raise Refused("annotator.no_annotator")
    Membership.objects.filter(pk=membership.pk, paused_at__isnull=True).update(paused_at=now)


@transaction.atomic
def resume(*, membership: Membership) -> None:
    """Let a paused person get work again."""
    Membership.objects.filter(pk=membership.pk).update(paused_at=None)
