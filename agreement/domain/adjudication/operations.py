"""Operations of an adjudication page (decisions and undos), applied in order and each at most once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec import Meta

from agreement.domain.adjudication.columns import AnswerColumn, answer_columns, digest_of, judged_annotations
from agreement.domain.adjudication.decisions import (
    Cause,
    NewDecision,
    set_case_state,
    standing,
    store_decision,
)
from agreement.domain.adjudication.eligibility import refuse_group, refuse_own
from agreement.domain.adjudication.holds import LEASE, is_superseded, lock_hold
from agreement.domain.adjudication.settings import settings_of
from agreement.domain.moves.decisions import follow_moves
from agreement.models import AdjudicationSettings, CaseHold, Decision, DecisionRevision, LateDecision, Outcome
from annotator.domain.labelling.operations import (
    INT32_MAX,
    TRIMMED_TEXT,
    Answers,
    Milliseconds,
    OperationResult,
    are_answers,
)
from common.errors import Refused
from common.models import User
from corpus.domain.annotations.carried_answers import Step, carried, path
from corpus.domain.annotations.revisions import fitted
from corpus.models import Annotation, CodebookVersion

MOST_IN_GROUP = 50


class DecisionOperation(msgspec.Struct, frozen=True, kw_only=True):
    """A decision on the utterance of a case, or an undo with the id of the operation that it undoes."""

    id: Annotated[UUID, Meta(description="made by the client; the server applies an id once")]
    kind: Literal["decide", "undo"]
    outcome: Annotated[
        Literal["profile", "undecidable", "discussion"],
        Meta(description="of a decision: answers to all questions, cannot be decided, or needs discussion"),
    ] = "profile"
    answers: Annotated[Answers | None, Meta(description="of the outcome `profile`; else null")] = None
    taken_from: (
        Annotated[
            str,
            Meta(
                max_length=3,
                pattern=TRIMMED_TEXT,
                description="letter of the column whose whole profile was taken over",
            ),
        ]
        | None
    ) = None
    reason: Annotated[
        str,
        Meta(
            max_length=40,
            pattern=TRIMMED_TEXT,
            description="slug of the corpus's list; a decision with an answer that nobody gave needs one, or a comment",
        ),
    ] = ""
    comment: Annotated[str, Meta(max_length=500, pattern=TRIMMED_TEXT)] = ""
    undoes: UUID | None = None
    group: Annotated[
        list[UUID],
        Meta(max_length=MOST_IN_GROUP, description="public ids of the users who decided together with the author"),
    ] = []
    active_ms: Milliseconds = 0
    played_ms: Milliseconds = 0
    made_at: Annotated[str, Meta(max_length=40, pattern=TRIMMED_TEXT)] = ""
    version: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=INT32_MAX,
                description="of the utterance as it was shown; a decision is refused if it has another version now",
            ),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        if self.answers is not None and not are_answers(self.answers):
            raise ValueError("Not a flat object of answers.")


@transaction.atomic
def apply_decisions(
    *, hold: CaseHold, token: int, author: User, operations: Sequence[DecisionOperation], now: datetime
) -> list[OperationResult]:
    """Apply operations in order, each at most once however often it is sent, and renew the lease.

    A refused operation does not affect the others. Operations under a superseded token are stored as late work.

    Args:
        hold: of the author.
        token: that the page has.
        author: the adjudicator.
        operations: as sent.
        now: the moment.

    Returns:
        One result per operation, in the same order.
    """
    hold = lock_hold(hold)
    if hold.case.corpus.archived_at:
        return _refuse_all(operations)
    if is_superseded(hold, token):
        return _store_late(hold, token, operations)
    results = [_result(hold, author, each, now) for each in operations]
    if hold.state == CaseHold.State.OPEN:
        hold.lease_until, hold.heartbeat_at = max(hold.lease_until, now + LEASE), now
        hold.save(update_fields=["lease_until", "heartbeat_at"])
    return results


def _result(hold: CaseHold, author: User, operation: DecisionOperation, now: datetime) -> OperationResult:
    if DecisionRevision.objects.filter(operation=operation.id).exists():
        return OperationResult(operation.id, "repeated")
    try:
        new = (
            _undo(hold, author, operation, now) if operation.kind == "undo" else _decision(hold, author, operation, now)
        )
    except Refused as refusal:
        return OperationResult(operation.id, "refused", refusal)
    store_decision(new)
    is_decided = new.outcome != Outcome.NONE
    if is_decided and not new.second and new.codebook.pk != hold.case.corpus.codebook_id:
        is_decided = follow_moves(utterance=new.utterance, now=now)
    set_case_state(hold, is_decided=is_decided, now=now)
    return OperationResult(operation.id, "applied")


def _decision(hold: CaseHold, author: User, operation: DecisionOperation, now: datetime) -> NewDecision:
    """Return the decision of an operation.

    Raises:
        Refused: it cannot be stored.
    """
    refuse_after_reveal(hold)
    return checked_decision(hold, author, operation, now)


def checked_decision(
    hold: CaseHold, author: User, operation: DecisionOperation, now: datetime, *, cause: str = Cause.DECIDE
) -> NewDecision:
    """Return the decision of an operation, after all checks that do not depend on the state of the hold.

    Raises:
        UnfitAnswersError: code `labels.unfit`; the answers do not fit the codebook.
        Refused: `adjudication.utterance_changed`, `adjudication.unheard`, `adjudication.no_answers`,
            `adjudication.no_reason`, `adjudication.unknown_reason`, `adjudication.unknown_column`,
            `adjudication.column_changed`; the codes of `refuse_own` and `refuse_group`.
    """
    utterance, outcome = hold.case.utterance, str(operation.outcome)
    if operation.version not in {None, utterance.version}:
        raise Refused("adjudication.utterance_changed")
    if outcome != Outcome.DISCUSSION and not operation.played_ms and _can_be_played(hold):
        raise Refused("adjudication.unheard")
    refuse_own(membership=hold.membership, utterance=utterance)
    group = list(User.objects.filter(public_id__in=operation.group).exclude(pk=author.pk).order_by("pk"))
    refuse_group(group=group, utterance=utterance)
    is_blind = hold.blind and hold.revealed_at is None
    annotations = judged_annotations(utterance)
    settings = settings_of(hold.case.corpus)
    if operation.reason and operation.reason not in {each["slug"] for each in settings.reasons}:
        raise Refused("adjudication.unknown_reason")
    moves = _moves_since(hold, annotations)
    codebook = moves[-1].mover.target if moves else hold.codebook
    columns = [] if is_blind else _columns(hold, annotations, codebook, settings)
    answers, taken_from = None, None
    if outcome == Outcome.PROFILE:
        answers, taken_from = _answers(hold, operation, columns, moves=moves, needs_reason=not is_blind)
    return NewDecision(
        utterance=utterance,
        codebook=hold.codebook,
        outcome=outcome,
        answers=answers,
        cause=cause,
        guideline=hold.case.corpus.guideline,
        author=author,
        group=tuple(str(person.public_id) for person in group),
        hold=hold.public_id,
        taken_from=taken_from.rater if taken_from else None,
        reason=operation.reason,
        comment=operation.comment,
        blind=is_blind,
        second=hold.place == 2,
        chosen=not hold.order,
        active_ms=operation.active_ms,
        played_ms=operation.played_ms,
        operation=operation.id,
        needs_review=not is_blind and hold.seen != digest_of(annotations),
        now=now,
    )


def refuse_after_reveal(hold: CaseHold) -> None:
    """Refuse work of a second adjudicator who has seen the answers: it counts only without them.

    Raises:
        Refused: `adjudication.second_is_done`.
    """
    if hold.place == 2 and hold.blind and hold.revealed_at:
        raise Refused("adjudication.second_is_done")


def _moves_since(hold: CaseHold, annotations: Sequence[Annotation]) -> list[Step]:
    """Return the moves of the annotations from the codebook version of a hold to the one in use."""
    corpus = hold.case.corpus
    if hold.codebook_id == corpus.codebook_id or any(each.codebook_id != corpus.codebook_id for each in annotations):
        return []
    return path(corpus=corpus.pk, source=hold.codebook_id, target=corpus.codebook_id or 0)


def _columns(
    hold: CaseHold, annotations: Sequence[Annotation], codebook: CodebookVersion, settings: AdjudicationSettings
) -> list[AnswerColumn]:
    return answer_columns(
        annotations,
        codebook=codebook,
        membership=hold.membership,
        utterance=hold.case.utterance,
        settings=settings,
    )


def _answers(
    hold: CaseHold,
    operation: DecisionOperation,
    columns: Sequence[AnswerColumn],
    *,
    moves: list[Step],
    needs_reason: bool,
) -> tuple[dict[str, Any], AnswerColumn | None]:
    """Return the settled answers of a profile, and the column that it was taken from.

    Args:
        hold, operation: of the decision.
        columns: after `moves`.
        moves: of the annotations to another codebook version since the page showed them.
        needs_reason: whether an answer that nobody gave needs one.

    Raises:
        Refused: see `checked_decision`.
    """
    if operation.answers is None:
        raise Refused("adjudication.no_answers")
    answers = fitted(hold.codebook.rules(), operation.answers)
    compared = carried(answers, moves).answers if moves else answers
    if operation.taken_from:
        column = next((each for each in columns if each.letter == operation.taken_from), None)
        if column is None:
            raise Refused("adjudication.unknown_column", column=operation.taken_from)
        if column.answers != compared:
            raise Refused("adjudication.column_changed", column=operation.taken_from)
        return answers, column
    is_own = any(all(each.answers.get(slug) != answer for each in columns) for slug, answer in compared.items())
    if needs_reason and is_own and not (operation.reason or operation.comment):
        raise Refused("adjudication.no_reason")
    return answers, None


def _undo(hold: CaseHold, author: User, operation: DecisionOperation, now: datetime) -> NewDecision:
    """Return the state before the decision that an undo takes back.

    Raises:
        Refused: `adjudication.nothing_to_undo`; `adjudication.changed_since`, it was decided again since;
            `adjudication.second_is_done`.
    """
    refuse_after_reveal(hold)
    utterance, second = hold.case.utterance, hold.place == 2
    decision = Decision.objects.filter(utterance=utterance).first()
    stack = standing(decision, second=second) if decision else []
    undone = next((each for each in stack if each.operation == operation.undoes and each.author == author), None)
    if undone is None or operation.undoes is None:
        raise Refused("adjudication.nothing_to_undo")
    place = stack.index(undone)
    if any(each.cause != Cause.MIGRATION for each in stack[place + 1 :]):
        raise Refused("adjudication.changed_since")
    before = stack[place - 1] if place else None
    annotations = judged_annotations(utterance)
    return NewDecision(
        utterance=utterance,
        codebook=before.codebook if before else hold.codebook,
        outcome=before.outcome if before else Outcome.NONE,
        answers=before.answers if before else None,
        cause=Cause.UNDO,
        guideline=hold.case.corpus.guideline,
        author=author,
        hold=hold.public_id,
        taken_from=before.taken_from if before else None,
        blind=hold.blind and hold.revealed_at is None,
        second=second,
        chosen=not hold.order,
        active_ms=operation.active_ms,
        played_ms=operation.played_ms,
        operation=operation.id,
        needs_review=before is not None and any(each.updated_at > before.created_at for each in annotations),
        now=now,
    )


def _can_be_played(hold: CaseHold) -> bool:
    """Return whether the utterance can be played, by the same condition as the page."""
    utterance = hold.case.utterance
    episode = utterance.dialogue.episode
    return utterance.start_ms is not None and episode is not None and episode.playable_id is not None


def _refuse_all(operations: Sequence[DecisionOperation]) -> list[OperationResult]:
    """Refuse operations on an archived corpus, except those that it has: the reply to them was lost."""
    known, archived = _known(operations, late=True), Refused("corpus.archived")
    return [
        OperationResult(each.id, "repeated") if each.id in known else OperationResult(each.id, "refused", archived)
        for each in operations
    ]


def _store_late(hold: CaseHold, token: int, operations: Sequence[DecisionOperation]) -> list[OperationResult]:
    """Store operations as late work, except those that were applied in time."""
    known = _known(operations)
    late = [each for each in operations if each.id not in known]
    LateDecision.objects.bulk_create(
        [LateDecision(hold=hold, operation=each.id, token=token, payload=msgspec.to_builtins(each)) for each in late],
        ignore_conflicts=True,
    )
    return [OperationResult(each.id, "repeated" if each.id in known else "set_aside") for each in operations]


def _known(operations: Sequence[DecisionOperation], *, late: bool = False) -> set[UUID | None]:
    """Return the ids of the operations that were applied, and of those that are late work if `late`."""
    ids = [each.id for each in operations]
    known = set(DecisionRevision.objects.filter(operation__in=ids).values_list("operation", flat=True))
    if late:
        known |= set(LateDecision.objects.filter(operation__in=ids).values_list("operation", flat=True))
    return known
