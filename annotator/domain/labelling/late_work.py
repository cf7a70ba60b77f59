"""Late work: operations under a superseded token, which the manager applies to a free slot or discards.

No row is deleted: late operations stay, with the person, time and reason of the decision.
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
from corpus.models import Corpus, Dialogue, Revision

WAITING = LateOperation.State.WAITING


def assignments_with_late_work(*, corpus: Corpus, settled: bool = False) -> QuerySet[Assignment]:
    """Return the assignments with late work, the newest first: `pieces` operations, received from `first` to `last`.

    Args:
        corpus: the corpus.
        settled: return those whose late work is settled, instead of those with some to review.
    """
    waiting = Count("late_operations", filter=Q(late_operations__state=WAITING))
    assignments = (
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
    return assignments.filter(waiting=0) if settled else assignments.filter(waiting__gt=0)


@transaction.atomic
def apply_late_work(*, assignment: Assignment, settled_by: User, now: datetime) -> list[OperationResult]:
    """Apply the late work of an assignment to a free slot of its dialogue.

    The assignment takes the slot, and its operations are applied in the order of their arrival, in the name of the
    annotator and under the codebook of the assignment. If every utterance is answered then, the assignment is finished;
    otherwise it is open again.

    Returns:
        The result of each operation; refused ones stay late work.

    Raises:
        Refused: `late_work.nothing`; `late_work.no_slot`, no slot of the dialogue is free; `late_work.draft`, the
            dialogue is a draft again.
    """
    slot = _lock_free_slot(assignment)
    assignment = lock_with_slot(assignment)
    operations = LateOperation.objects.select_for_update().filter(assignment=assignment, state=WAITING)
    waiting = list(operations.order_by("pk"))
    if not waiting:
        raise Refused("late_work.nothing")
    if Dialogue.objects.filter(pk=assignment.dialogue_id, state=Dialogue.State.DRAFT).exists():
        raise Refused("late_work.draft")
    if assignment.state == Assignment.State.RELEASED:
        if slot is None:
            raise Refused("late_work.no_slot")
        slot.token, slot.state = slot.token + 1, Slot.State.HELD
        slot.save(update_fields=["token", "state"])
        assignment.slot, assignment.token, assignment.heartbeat_at = slot, slot.token, now
        assignment.save(update_fields=["slot", "token", "heartbeat_at"])
        reopen(assignment, until=now + LEASE)
    author = assignment.rater.membership.user if assignment.rater.membership else settled_by
    results = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=author,
        operations=[_operation(each.payload) for each in waiting],
        now=now,
    )
    applied = [each.pk for each, result in zip(waiting, results, strict=True) if result.status != "refused"]
    _settle(applied, LateOperation.State.APPLIED, settled_by, "", now)
    assignment.refresh_from_db()
    if assignment.state == Assignment.State.OPEN and not unlabelled(assignment).exists():
        finish(assignment=assignment, token=assignment.token, now=now)
    return results


@transaction.atomic
def discard_late_work(*, assignment: Assignment, reason: str, settled_by: User, now: datetime) -> int:
    """Discard the late work of an assignment; it stays stored with the reason.

    Returns:
        Number of operations.

    Raises:
        Refused: `late_work.nothing`; `late_work.no_reason`.
    """
    if not reason.strip():
        raise Refused("late_work.no_reason")
    waiting = LateOperation.objects.select_for_update().filter(assignment=assignment, state=WAITING)
    operations = [each.pk for each in waiting]
    if not operations:
        raise Refused("late_work.nothing")
    _settle(operations, LateOperation.State.DISCARDED, settled_by, reason.strip(), now)
    return len(operations)


def current_answers(assignment: Assignment) -> dict[str, dict[str, Any] | None]:
    """Return the current answers of the annotator, by public id of the utterance."""
    newest = Revision.objects.filter(
        annotation__rater=assignment.rater_id,
        annotation__purpose=assignment.purpose,
        annotation__utterance__dialogue=assignment.dialogue_id,
    ).order_by("annotation", "number")
    return {
        str(utterance): answers
        for utterance, answers in newest.values_list("annotation__utterance__public_id", "answers")
    }


def _lock_free_slot(assignment: Assignment) -> Slot | None:
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


def _settle(
    operations: Sequence[int], state: LateOperation.State, settled_by: User, reason: str, now: datetime
) -> None:
    LateOperation.objects.filter(pk__in=operations).update(
        state=state, settled_by=settled_by, settled_at=now, reason=reason
    )
