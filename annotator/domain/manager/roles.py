"""Changes of a member's roles, with their effect on work in hand."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.closed_dialogues import close_seen_dialogues
from annotator.models import Assignment
from corpus.domain.people import members
from corpus.models import Membership


@transaction.atomic
def change_roles(*, membership: Membership, roles: Collection[str], now: datetime) -> Membership:
    """Change the roles of a member.

    Members who stop being annotators give up the dialogues that they hold, since their new role may show them the
    answers of others. Those who become annotators, or annotators who stop being managers, do not get dialogues whose
    answers they may have seen before.

    Raises:
        Refused: as `corpus.domain.people.members.change_roles`.
    """
    changed = members.change_roles(membership=membership, roles=roles)
    if not changed.is_annotator:
        for assignment in Assignment.objects.filter(rater__membership=changed, state=Assignment.State.OPEN):
            release(assignment=assignment, now=now)
    elif not membership.is_annotator or (membership.is_manager and not changed.is_manager):
        close_seen_dialogues(membership=changed, was_manager=membership.is_manager, now=now)
    return changed
