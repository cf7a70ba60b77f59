"""Operations of a labelling page (commits, undos and corrections), applied in order and each at most once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec import Meta

from annotator.domain.allocation import prepared_statements
from annotator.domain.allocation.closed_dialogues import is_closed
from annotator.domain.allocation.leases import is_superseded, renew_lease
from annotator.domain.allocation.locks import lock_assignment, lock_with_slot, locked
from annotator.domain.labelling.corrections import refuse_closed_batch, refuse_correction
from annotator.domain.moves.following import follow, shown_codebook
from annotator.models import Assignment, LateOperation
from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.models import CodebookVersion, Revision, Utterance

DAY_MS = 24 * 3600 * 1000
INT32_MAX = 2**31 - 1
MAX_SLUG = 80
MAX_ANSWERS = 1_000  # of one commit or one set; more than a codebook can have now, earlier ones had no limits
# Neither NUL nor half of a surrogate pair can be stored, and the latter cannot be sent back either.
UNFIT = re.compile("[\\0\\ud800-\\udfff]")
TRIMMED_TEXT = r"\A(?!\s)[^\0\ud800-\udfff]*(?<!\s)\Z"

Answers = dict[str, str | int | bool | list[str]]
Milliseconds = Annotated[int, Meta(ge=0, le=DAY_MS)]


def are_answers(value: object) -> bool:
    """Return whether a value has the form of answers, so that it can be stored; a commit checks the codebook.

    A function instead of constraints in `Answers`: msgspec 0.22 crashes when it frees a union of lists and of texts
    with a pattern.
    """
    if not isinstance(value, dict) or len(value) > MAX_ANSWERS:
        return False
    return all(map(_is_slug, value)) and all(map(_is_answer, value.values()))


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_SLUG and not UNFIT.search(value)


def _is_answer(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= MAX_ANSWERS and all(map(_is_slug, value))
    return _is_slug(value) or (isinstance(value, int) and abs(value) <= INT32_MAX)


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A commit or a correction with its answers, or an undo with the id of the operation that it undoes."""

    id: Annotated[UUID, Meta(description="made by the client; the server applies an id once")]
    kind: Annotated[
        Literal["commit", "undo", "correct"],
        Meta(description="`correct`: new answers in a dialogue that is handed in, which stays handed in"),
    ]
    utterance: UUID
    answers: Answers = {}
    undoes: UUID | None = None
    active_ms: Milliseconds = 0
    played_ms: Milliseconds = 0
    opened: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=32_767,
                description="number of utterances of the dialogue that were open (played, current, or shown as text) "
                "at that time",
            ),
        ]
        | None
    ) = None
    shortcut: Annotated[
        Literal["", "all_default", "same_as_previous"],
        Meta(
            description="the key that answered all questions at once; refused if the policy of the codebook does not "
            "allow it, and if the utterance has a clip and `played_ms` is 0"
        ),
    ] = ""
    reason: Annotated[
        Literal["", "slip", "misread", "context", "guideline", "other"],
        Meta(description="of a correction, which is refused without one"),
    ] = ""
    comment: Annotated[
        str,
        Meta(max_length=500, pattern=TRIMMED_TEXT, description="of a correction; required for the reason `other`"),
    ] = ""
    made_at: Annotated[str, Meta(max_length=40, pattern=TRIMMED_TEXT)] = ""
    codebook: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=INT32_MAX,
                description="number of the codebook version whose questions were answered; if the assignment was moved "
                "to another version since, the answers are moved as well",
            ),
        ]
        | None
    ) = None
    version: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=INT32_MAX,
                description="of the utterance as it was shown; a commit is refused if the utterance has another "
                "version now",
            ),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        if not are_answers(self.answers):
            raise ValueError("Not a flat object of answers.")


@dataclass(frozen=True, slots=True)
class OperationResult:
    """Result of an operation. The client may delete it from its journal unless it was `refused`.

    Attributes:
        note: something that the client should know about an operation that was applied.
    """

    id: UUID
    status: Literal["applied", "repeated", "set_aside", "refused"]
    refusal: Refused | None = None
    note: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Effect:
    """The answers of an utterance after an operation, their shortcut, and the revision that it undoes."""

    answers: dict[str, Any] | None
    shortcut: str
    undone: Revision | None


@transaction.atomic
def apply_operations(
    *, assignment: Assignment, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[OperationResult]:
    """Apply operations in order, each at most once however often it is sent, and renew the lease.

    An operation that the codebook refuses does not affect the others. Operations under a superseded token are stored
    as late work for the manager. An undo in a finished assignment reopens it, unless it undoes a correction.

    Returns:
        One result per operation, in the same order.
    """
    locked = lock_with_slot(assignment) if _may_reopen(operations) else lock_assignment(assignment)
    return _apply_all(locked, token, author, operations, now)


@transaction.atomic
def apply_own(
    *, public_id: UUID, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[OperationResult]:
    """Apply operations as `apply_operations` does, to an assignment of their author; one query finds and locks it.

    Raises:
        Assignment.DoesNotExist: there is none, or it belongs to someone else.
    """
    if _may_reopen(operations):
        assignment = prepared_statements.OWN.first(public_id=public_id, user=author.pk)
        assignment = assignment and lock_with_slot(assignment)
    else:
        assignment = locked(prepared_statements.OWN_HELD, public_id=public_id, user=author.pk)
    if assignment is None:
        raise Assignment.DoesNotExist
    return _apply_all(assignment, token, author, operations, now)


def _may_reopen(operations: Sequence[Operation]) -> bool:
    """Return whether these operations may reopen a finished assignment, which requires a lock of the slot."""
    # a correction does if it arrives after a move of answers that asks a part of it again
    return any(each.kind != "commit" for each in operations)


def _apply_all(
    assignment: Assignment, token: int, author: User, operations: Sequence[Operation], now: datetime
) -> list[OperationResult]:
    if assignment.rater.corpus.archived_at:
        return _refuse_all(operations)
    if is_superseded(assignment, token):
        return _store_late(assignment, token, operations)
    closed = assignment.state == Assignment.State.DONE and is_closed(
        rater=assignment.rater_id, dialogue=assignment.dialogue_id
    )
    results = []
    reopens = False
    for each in operations:
        result, undone = _result(assignment, author, each, now, closed=closed)
        results.append(result)
        # an undone correction leaves the dialogue as complete as it was
        reopens = reopens or (undone is not None and undone.cause != Revision.Cause.CORRECT)
    renew_lease(assignment, undone=reopens, now=now)
    return results


def _result(
    assignment: Assignment, author: User, operation: Operation, now: datetime, *, closed: bool
) -> tuple[OperationResult, Revision | None]:
    """Apply an operation; return its result, and the revision that it has undone."""
    codebook = shown_codebook(assignment=assignment, version=operation.codebook)
    try:
        added, undone = _apply(assignment, author, operation, now, codebook=codebook, closed=closed)
    except Refused as refusal:
        return OperationResult(operation.id, "refused", refusal), None
    if codebook == assignment.codebook:
        return OperationResult(operation.id, "applied" if added else "repeated"), undone
    if added:
        follow(corpus=assignment.rater.corpus_id, dialogues=[assignment.dialogue_id], now=now)
    note = Refused("annotator.page_outdated", version=assignment.codebook.version)
    return OperationResult(operation.id, "applied" if added else "repeated", note=note), undone


def _apply(
    assignment: Assignment,
    author: User,
    operation: Operation,
    now: datetime,
    *,
    codebook: CodebookVersion,
    closed: bool,
) -> tuple[bool, Revision | None]:
    """Commit an operation under a codebook version.

    Returns:
        Whether this was the first time, and the revision that it has undone.
    """
    if closed:  # its author has seen the answers of others since they finished the dialogue
        if _is_applied(operation):
            return False, None
        raise Refused("annotator.dialogue_closed")
    utterance = prepared_statements.UTTERANCE.first(utterance=operation.utterance, dialogue=assignment.dialogue_id)
    if utterance is None:
        raise Refused("annotator.unknown_utterance")
    if operation.shortcut and not codebook.rules().policy.allows(operation.shortcut):
        raise Refused("annotator.shortcut_off")
    effect = _effect(assignment, operation, utterance)
    if effect is None:
        return False, None
    new = NewRevision(
        rater=assignment.rater,
        utterance=utterance,
        answers=effect.answers,
        cause=operation.kind,
        correction={"reason": operation.reason, "comment": operation.comment} if operation.kind == "correct" else None,
        is_handed_in=assignment.state == Assignment.State.DONE,
        author=author,
        purpose=assignment.purpose,
        codebook=codebook if operation.kind != "undo" else assignment.codebook,
        guideline=assignment.guideline,
        assignment=assignment.public_id,
        operation_id=operation.id,
        active_ms=operation.active_ms,
        played_ms=operation.played_ms,
        opened=operation.opened,
        shortcut=effect.shortcut,
        now=now,
    )
    _, added = commit_revision(new)
    return added, effect.undone


def _effect(assignment: Assignment, operation: Operation, utterance: Utterance) -> _Effect | None:
    """Return the answers that an operation leaves; None if it was applied before.

    A commit asks only for a reason to refuse it, and not whether it was applied: `commit_revision` does both at once.

    Raises:
        Refused: it cannot be applied.
    """
    given = _Effect(operation.answers, operation.shortcut, None)
    refusal = None if operation.kind == "undo" else _refusal(operation, utterance)
    if operation.kind == "commit" and refusal is None:
        return given
    if _is_applied(operation):  # the commit to undo, or the utterance, may have changed since
        return None
    if refusal:
        raise refusal
    if operation.kind == "correct":
        refuse_correction(
            assignment=assignment, utterance=utterance, reason=operation.reason, comment=operation.comment
        )
        return given
    undone = _undone(assignment, operation, utterance)
    if undone.cause == Revision.Cause.CORRECT:
        refuse_closed_batch(assignment=assignment)
    return _Effect(*_before(undone), undone)


def _is_applied(operation: Operation) -> bool:
    return Revision.objects.filter(operation=operation.id).exists()


def _refusal(operation: Operation, utterance: Utterance) -> Refused | None:
    """Return a reason to refuse a commit whatever its answers; only a shortcut without playback costs a query."""
    if operation.version not in (None, utterance.version):
        return Refused("annotator.utterance_changed")
    if operation.shortcut and not operation.played_ms and _has_clip(utterance):
        return Refused("annotator.shortcut_unheard")
    return None


def _has_clip(utterance: Utterance) -> bool:
    """Return whether the utterance can be played, by the same condition as the labelling page."""
    playable = Utterance.objects.filter(
        pk=utterance.pk, start_ms__isnull=False, dialogue__episode__playable__isnull=False
    )
    return playable.exists()


def _undone(assignment: Assignment, operation: Operation, utterance: Utterance) -> Revision:
    """Return the revision that an undo takes back.

    Raises:
        Refused: `annotator.nothing_to_undo`, `annotator.changed_since`.
    """
    revisions = Revision.objects.filter(
        annotation__rater=assignment.rater, annotation__utterance=utterance, annotation__purpose=assignment.purpose
    )
    undone = revisions.filter(operation=operation.undoes).first() if operation.undoes else None
    if undone is None:
        raise Refused("annotator.nothing_to_undo")
    changing = (Revision.Cause.REOPEN, Revision.Cause.MIGRATION, Revision.Cause.ASKED)
    if revisions.filter(cause__in=changing, number__gt=undone.number).exists():
        raise Refused("annotator.changed_since")
    return undone


def _before(undone: Revision) -> tuple[dict[str, Any] | None, str]:
    """Return the answers before a revision that is undone, and their shortcut; None if there were none."""
    before = Revision.objects.filter(annotation=undone.annotation_id, number=undone.number - 1).first()
    return (before.answers, before.shortcut) if before else (None, "")


def _refuse_all(operations: Sequence[Operation]) -> list[OperationResult]:
    """Refuse operations on an archived corpus, except those that it has: the reply to them was lost.

    Nothing is stored, not even as late work. The page keeps what was refused, with the reason, and its author sends it
    again once the corpus is writable.
    """
    known = set(
        Revision.objects.filter(operation__in=[each.id for each in operations]).values_list("operation", flat=True)
    )
    known |= set(
        LateOperation.objects.filter(operation__in=[each.id for each in operations]).values_list("operation", flat=True)
    )
    archived = Refused("corpus.archived")
    return [
        OperationResult(each.id, "repeated") if each.id in known else OperationResult(each.id, "refused", archived)
        for each in operations
    ]


def _store_late(assignment: Assignment, token: int, operations: Sequence[Operation]) -> list[OperationResult]:
    """Store operations as late work, except those that were applied in time."""
    known = set(
        Revision.objects.filter(operation__in=[each.id for each in operations]).values_list("operation", flat=True)
    )
    late = [each for each in operations if each.id not in known]
    LateOperation.objects.bulk_create(
        [
            LateOperation(assignment=assignment, operation=each.id, token=token, payload=msgspec.to_builtins(each))
            for each in late
        ],
        ignore_conflicts=True,
    )
    return [OperationResult(each.id, "repeated" if each.id in known else "set_aside") for each in operations]
