"""Write access to decisions: every decided state is a revision, and the decision holds the newest one that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from agreement.domain.moves.carrying import CarriedCodes
from agreement.models import AdjudicationCase, CaseHold, Decision, DecisionRevision, Outcome
from common.models import User
from corpus.models import CodebookVersion, GuidelineVersion, Rater, Utterance
from corpus.rules.codebook.codes import MISSING

Cause = DecisionRevision.Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """One state of a decision to store; the caller has checked it and locked the case.

    Attributes:
        utterance: the utterance.
        codebook: the version of the answers.
        outcome: one of `Outcome`.
        author: the person who decided, or undid.
        now: the moment.
        answers: settled answers to all questions, for the outcome `profile`; else None.
        cause: one of `DecisionRevision.Cause`.
        guideline: the version in use.
        group: public ids of the users who decided together with the author.
        hold: public id of the hold.
        taken_from: the rater whose whole profile was taken over.
        reason, comment: why, see `AdjudicationSettings.reasons`.
        blind, second, chosen: see `DecisionRevision`.
        active_ms, played_ms: of the work on it.
        operation: id of the operation.
        mapping: id of the mapping that moved it with the codebook.
        needs_review: whether an annotation changed while its author decided.
    """

    utterance: Utterance
    codebook: CodebookVersion
    outcome: str
    author: User | None
    now: datetime
    answers: Mapping[str, Any] | None = None
    cause: str = Cause.DECIDE
    guideline: GuidelineVersion | None = None
    group: tuple[str, ...] = field(default=())
    hold: UUID | None = None
    taken_from: Rater | None = None
    reason: str = ""
    comment: str = ""
    blind: bool = False
    second: bool = False
    chosen: bool = False
    active_ms: int = 0
    played_ms: int = 0
    operation: UUID | None = None
    mapping: UUID | None = None
    needs_review: bool = False


def store_decision(new: NewDecision) -> DecisionRevision:
    """Add a revision; unless it is that of a second adjudicator, the decision becomes a copy of it.

    The caller has locked the case of the utterance, and checked the answers.
    """
    decision, _ = Decision.objects.select_for_update(of=("self",)).get_or_create(
        utterance=new.utterance, defaults={"codebook": new.codebook, "updated_at": new.now}
    )
    answers = None if new.answers is None else dict(new.answers)
    codes = None if answers is None else new.codebook.layout().encode(answers)
    number = decision.last_number + 1
    revision = DecisionRevision.objects.create(
        decision=decision,
        number=number,
        cause=new.cause,
        outcome=new.outcome,
        answers=answers,
        codes=codes,
        codebook=new.codebook,
        guideline=new.guideline,
        author=new.author,
        group=list(new.group),
        hold=new.hold,
        taken_from=new.taken_from,
        reason=new.reason,
        comment=new.comment,
        blind=new.blind,
        second=new.second,
        chosen=new.chosen,
        active_ms=new.active_ms,
        played_ms=new.played_ms,
        operation=new.operation,
        mapping=new.mapping,
        created_at=new.now,
    )
    decision.last_number, decision.updated_at = number, new.now
    if not new.second:
        decision.number, decision.outcome, decision.codebook = number, new.outcome, new.codebook
        decision.answers, decision.codes, decision.needs_review = answers, codes, new.needs_review
    decision.is_disputed = _is_disputed(decision)
    decision.save()
    return revision


def standing(decision: Decision, *, second: bool) -> list[DecisionRevision]:
    """Return the revisions of the first or of the second adjudicator that no undo took back, the oldest first.

    The last one is in effect; an undo takes back the last one that somebody made, with the moves of it to other
    codebook versions.
    """
    stack: list[DecisionRevision] = []
    revisions = DecisionRevision.objects.filter(decision=decision, second=second).order_by("number")
    for revision in revisions.select_related("codebook", "author", "taken_from"):
        if revision.cause == Cause.MIGRATION and not stack:
            continue  # of a decision that was not in effect
        if revision.cause != Cause.UNDO:
            stack.append(revision)
            continue
        while stack and stack.pop().cause == Cause.MIGRATION:
            continue
    return stack


def set_case_state(hold: CaseHold, *, is_decided: bool, now: datetime) -> None:
    """End an open hold whose case was decided, or open it again after an undo. The case is locked."""
    if is_decided and hold.state == CaseHold.State.OPEN:
        hold.state, hold.ended_at = CaseHold.State.DONE, now
        hold.save(update_fields=["state", "ended_at"])
    elif not is_decided and hold.state == CaseHold.State.DONE:
        hold.state, hold.ended_at = CaseHold.State.OPEN, None
        hold.save(update_fields=["state", "ended_at"])
    if hold.place == 1:
        state = AdjudicationCase.State.DECIDED if is_decided else AdjudicationCase.State.WAITING
        AdjudicationCase.objects.filter(pk=hold.case_id).update(state=state)


def _is_disputed(decision: Decision) -> bool:
    """Return whether two adjudicators decided differently, and nobody has settled that since on purpose."""
    if decision.last_number == 1:
        return False  # saves two queries for nearly every decision
    firsts, seconds = standing(decision, second=False), standing(decision, second=True)
    if not firsts or not seconds:
        return False
    first, second = firsts[-1], seconds[-1]
    if Outcome.NONE in {first.outcome, second.outcome}:
        return False  # a move with the codebook opened one of them again
    made = next((each for each in reversed(firsts) if each.cause != Cause.MIGRATION), first)
    if (made.chosen or made.group) and made.number > second.number:
        return False
    return first.outcome != second.outcome or _differ(first, second)


def _differ(first: DecisionRevision, second: DecisionRevision) -> bool:
    if first.codes is None or second.codes is None or first.codebook_id == second.codebook_id:
        return first.answers != second.answers
    carried = CarriedCodes(first.codebook)  # only the first one moved with the codebook
    ours, theirs = (carried(each.codes, each.codebook_id) for each in (first, second) if each.codes is not None)
    return bool(((ours != theirs) & (theirs != MISSING)).any())
