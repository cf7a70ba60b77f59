"""Work that came under a superseded token: looked at by the manager, then applied to a fresh judgement or discarded.

Neither takes a row away: what was kept stays, with who settled it, when and why.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.allocation.leases import LEASE, reopen
from annotator.domain.allocation.locks import lock_with_slot
from annotator.domain.labelling.operations import Operation, OperationResult, apply_operations
from annotator.models import Assignment, LateOperation, Slot
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Revision

WAITING = LateOperation.State.WAITING


def kept_apart(*, corpus: Corpus, settled: bool = False) -> QuerySet[Assignment]:
    """Return the assignments with work kept apart, the newest first: `pieces` of it, from `first` to `last`.

    Args:
        corpus: the corpus.
        settled: those whose work was settled, instead of those where some still waits.
    """
    waiting = Count("late_operations", filter=Q(late_operations__state=WAITING))
    found = (
        Assignment.objects.filter(rater__corpus=corpus, late_operations__isnull=False)
        .annotate(
            waiting=waiting,
            pieces=Count("late_operations"),
            first=Min("late_operations__received_at"),
            last=Max("late_operations__received_at"),
        )
        .select_related("rater__membership__user", "dialogue", "codebook")
        .order_by("-last", "-pk")
    )
    return found.filter(waiting=0) if settled else found.filter(waiting__gt=0)


@transaction.atomic
def apply_kept(*, assignment: Assignment, settled_by: User, now: datetime) -> list[OperationResult]:
    """Make the work kept apart of an assignment one more judgement of its dialogue, if a place for it is free.

    The assignment takes a free slot of its dialogue and the operations are applied in the order in which they came, by
    the annotator, under the codebook they were made under. Where every utterance has labels then, it is handed in;
    otherwise it lies in the annotator's hand.

    Returns:
        What became of each operation; what the codebook refuses stays kept apart.

    Raises:
        Refused: `kept.nothing`; `kept.no_place` (others have judged the dialogue, or are at it: discard it, or take a
            place back first).
    """
    place = _free_place(assignment)
    assignment = lock_with_slot(assignment)
    operations = LateOperation.objects.select_for_update().filter(assignment=assignment, state=WAITING)
    waiting = list(operations.order_by("pk"))
    if not waiting:
        raise Refused("kept.nothing")
    if assignment.state == Assignment.State.RELEASED:
        if place is None:
            raise Refused("kept.no_place")
        place.token, place.state = place.token + 1, Slot.State.HELD
        place.save(update_fields=["token", "state"])
        assignment.slot, assignment.token, assignment.heartbeat_at = place, place.token, now
        assignment.save(update_fields=["slot", "token", "heartbeat_at"])
        reopen(assignment, until=now + LEASE)
    author = assignment.rater.membership.user if assignment.rater.membership else settled_by
    acks = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=author,
        operations=[_operation(each.payload) for each in waiting],
        now=now,
    )
    applied = [each.pk for each, ack in zip(waiting, acks, strict=True) if ack.status != "refused"]
    _settle(applied, LateOperation.State.APPLIED, settled_by, "", now)
    assignment.refresh_from_db()
    if assignment.state == Assignment.State.OPEN and not unlabelled(assignment).exists():
        finish(assignment=assignment, token=assignment.token, now=now)
    return acks


@transaction.atomic
def discard_kept(*, assignment: Assignment, reason: str, settled_by: User, now: datetime) -> int:
    """Say that the work kept apart of an assignment is not wanted; it stays, with the reason.

    Returns:
        How many operations.

    Raises:
        Refused: `kept.nothing`; `kept.no_reason`.
    """
    if not reason.strip():
        raise Refused("kept.no_reason")
    waiting = LateOperation.objects.select_for_update().filter(assignment=assignment, state=WAITING)
    found = [each.pk for each in waiting]
    if not found:
        raise Refused("kept.nothing")
    _settle(found, LateOperation.State.DISCARDED, settled_by, reason.strip(), now)
    return len(found)


def standing(assignment: Assignment) -> dict[str, dict[str, Any] | None]:
    """Return what this annotator's labels are now, by the utterance's public id."""
    newest = Revision.objects.filter(
        annotation__rater=assignment.rater_id,
        annotation__purpose=assignment.purpose,
        annotation__utterance__dialogue=assignment.dialogue_id,
    ).order_by("annotation", "number")
    return {
        str(utterance): answers
        for utterance, answers in newest.values_list("annotation__utterance__public_id", "answers")
    }


def _free_place(assignment: Assignment) -> Slot | None:
    """Lock and return a free slot of the assignment's dialogue."""
    free = Slot.objects.filter(
        dialogue=assignment.dialogue_id, purpose=assignment.purpose, state=Slot.State.FREE
    ).filter(Q(rater=None) | Q(rater=assignment.rater_id))
    return free.select_for_update(no_key=True).order_by("number").first()


def _operation(payload: dict[str, Any]) -> Operation:
    """Return a stored operation; absent values are null in older payloads."""
    known = set(Operation.__struct_fields__)
    values = {name: value for name, value in payload.items() if name in known and value is not None}
    for name in ("id", "utterance", "undoes"):
        if name in values:
            values[name] = UUID(values[name])
    return Operation(**values)


def _settle(found: Sequence[int], state: LateOperation.State, settled_by: User, reason: str, now: datetime) -> None:
    LateOperation.objects.filter(pk__in=found).update(state=state, settled_by=settled_by, settled_at=now, reason=reason)
