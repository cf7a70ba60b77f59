"""What a labelling page did, applied in order and at most once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.leases import is_superseded, renew_lease
from annotator.domain.allocation.locks import lock_assignment, lock_with_slot
from annotator.models import Assignment, LateOperation
from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.models import Revision, Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One commit or undo. `undoes` is the id of the commit that an undo takes back.

    `opened` is how many utterances of the dialogue were open by then, `shortcut` the key that answered all at once,
    `version` that of the utterance that was judged; None where nobody said.
    """

    id: UUID
    kind: Literal["commit", "undo"]
    utterance: UUID
    answers: dict[str, Any] | None = None
    undoes: UUID | None = None
    active_ms: int = 0
    played_ms: int = 0
    opened: int | None = None
    shortcut: Literal["", "all_default", "same_as_previous"] = ""
    made_at: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Ack:
    """What became of an operation; all but `refused` may be forgotten by who sent it."""

    id: UUID
    status: Literal["applied", "repeated", "set_aside", "refused"]
    refusal: Refused | None = None


@transaction.atomic
def apply_operations(
    *, assignment: Assignment, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[Ack]:
    """Apply operations in their order, each at most once whatever was sent before, and renew the lease.

    An operation that the codebook refuses is answered so and leaves the others alone. Work under a superseded token
    is kept apart for the manager. An undo under a finished assignment opens it again.

    Returns:
        One answer per operation, in the same order.
    """
    locked = lock_with_slot(assignment) if _may_open(operations) else lock_assignment(assignment)
    return _apply_all(locked, token, author, operations, now)


@transaction.atomic
def apply_own(
    *, public_id: UUID, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[Ack]:
    """Apply operations as `apply_operations` does, to an assignment of their author's own; finds and locks it at once.

    Raises:
        Assignment.DoesNotExist: there is none, or it is another person's.
    """
    if _may_open(operations):
        found = prepared_statements.OWN.first(public_id=public_id, user=author.pk)
        found = found and lock_with_slot(found)
    else:
        found = prepared_statements.OWN_HELD.first(public_id=public_id, user=author.pk)
    if found is None:
        raise Assignment.DoesNotExist
    return _apply_all(found, token, author, operations, now)


def _may_open(operations: Sequence[Operation]) -> bool:
    """Tell whether a finished assignment may be opened again, which is the slot's matter."""
    return any(each.kind == "undo" for each in operations)


def _apply_all(
    assignment: Assignment, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[Ack]:
    if is_superseded(assignment, token):
        return _set_aside(assignment, token, operations)
    acks = [_applied(assignment, author, each, now) for each in operations]
    undone = any(each.kind == "undo" and ack.status == "applied" for each, ack in zip(operations, acks, strict=True))
    renew_lease(assignment, undone=undone, now=now)
    return acks


def _applied(assignment: Assignment, author: User, operation: Operation, now: datetime) -> Ack:
    try:
        added = _apply(assignment, author, operation, now)
    except Refused as refusal:
        return Ack(operation.id, "refused", refusal)
    return Ack(operation.id, "applied" if added else "repeated")


def _apply(assignment: Assignment, author: User, operation: Operation, now: datetime) -> bool:
    """Commit an operation; return whether that was the first time."""
    utterance = prepared_statements.UTTERANCE.first(utterance=operation.utterance, dialogue=assignment.dialogue_id)
    if utterance is None:
        raise Refused("annotator.unknown_utterance")
    if operation.shortcut and not assignment.codebook.rules().policy.allows(operation.shortcut):
        raise Refused("annotator.shortcut_off")
    undo = operation.kind == "undo"
    if undo and Revision.objects.filter(operation=operation.id).exists():
        return False  # before it is asked what there is to undo: that may have changed since
    if not undo and (refusal := _misjudged(operation, utterance)):
        if Revision.objects.filter(operation=operation.id).exists():
            return False  # done when nothing was against it: before the change, which has withdrawn it again
        raise refusal
    answers, shortcut = (
        _before(assignment, operation, utterance) if undo else (operation.answers or {}, operation.shortcut)
    )
    new = NewRevision(
        rater=assignment.rater,
        utterance=utterance,
        answers=answers,
        cause=Revision.Cause.UNDO if undo else Revision.Cause.COMMIT,
        author=author,
        purpose=assignment.purpose,
        codebook=assignment.codebook,
        guideline=assignment.guideline,
        assignment=assignment.public_id,
        operation_id=operation.id,
        active_ms=operation.active_ms,
        played_ms=operation.played_ms,
        opened=operation.opened,
        shortcut=shortcut,
        now=now,
    )
    _, added = commit_revision(new)
    return added


def _misjudged(operation: Operation, utterance: Utterance) -> Refused | None:
    """Return what is against labels, whatever they say; asks the database only of a shortcut without its clip."""
    if operation.version not in (None, utterance.version):
        return Refused("annotator.utterance_changed")
    if operation.shortcut and not operation.played_ms and _has_clip(utterance):
        return Refused("annotator.shortcut_unheard")
    return None


def _has_clip(utterance: Utterance) -> bool:
    """Tell whether there is something to play of an utterance, as the labelling page does."""
    heard = Utterance.objects.filter(pk=utterance.pk, start_ms__isnull=False, dialogue__episode__playable__isnull=False)
    return heard.exists()


def _before(assignment: Assignment, operation: Operation, utterance: Utterance) -> tuple[dict[str, Any] | None, str]:
    """Return the labels that stood before the commit that is undone, and the shortcut that gave them.

    The labels are None where there were none.
    """
    revisions = Revision.objects.filter(
        annotation__rater=assignment.rater, annotation__utterance=utterance, annotation__purpose=assignment.purpose
    )
    undone = revisions.filter(operation=operation.undoes).first() if operation.undoes else None
    if undone is None:
        raise Refused("annotator.nothing_to_undo")
    if revisions.filter(cause=Revision.Cause.REOPEN, number__gt=undone.number).exists():
        raise Refused("annotator.changed_since")
    before = revisions.filter(number=undone.number - 1).first()
    return (before.answers, before.shortcut) if before else (None, "")


def _set_aside(assignment: Assignment, token: int, operations: Sequence[Operation]) -> list[Ack]:
    """Keep late operations apart, but for those that were applied while there was time."""
    known = set(
        Revision.objects.filter(operation__in=[each.id for each in operations]).values_list("operation", flat=True)
    )
    late = [each for each in operations if each.id not in known]
    LateOperation.objects.bulk_create(
        [LateOperation(assignment=assignment, operation=each.id, token=token, payload=_plain(each)) for each in late],
        ignore_conflicts=True,
    )
    return [Ack(each.id, "repeated" if each.id in known else "set_aside") for each in operations]


def _plain(operation: Operation) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(operation).items()}
