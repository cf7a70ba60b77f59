"""Decisions under another codebook version: revisions of cause `migration`, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import F, QuerySet

from agreement.models import AdjudicationCase, Decision, DecisionRevision
from agreement.models.decisions import Outcome
from common.database.bulk_update import update_rows
from corpus.domain.annotations.carried_answers import path
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import AnswerMove, Utterance

KEPT = ("taken_from_id", "reason", "comment", "group", "guideline_id")  # what a move keeps of a decision
HEAD = ("codebook", "outcome", "answers", "codes", "number", "last_number", "needs_review", "updated_at")


def review_marks(dialogues: Iterable[int]) -> dict[int, bool]:
    """Return whether each decision on utterances of dialogues is marked `needs_review`, by primary key.

    To be read before the annotations of these dialogues are moved, since a trigger marks the decisions then.
    """
    return dict(_of(dialogues).values_list("pk", "needs_review"))


def decisions_to_move(*, mover: ProfileMover, dialogues: Iterable[int]) -> Counter[str]:
    """Count the decisions that a move would move, `decisions`, and those it would open again, `decisions_open`."""
    counts: Counter[str] = Counter()
    for decision in _of(dialogues).filter(codebook=mover.move.old_id):
        is_open = decision.codes is not None and bool(mover(bytes(decision.codes)).open)
        counts["decisions_open" if is_open else "decisions"] += 1
    return counts


def move_decisions(
    *, mover: ProfileMover, dialogues: Iterable[int], marks: Mapping[int, bool], now: datetime
) -> Counter[str]:
    """Move the decisions on utterances of dialogues.

    A decision is a whole profile. One that lacks an answer under the new version is not in effect any more, and its
    case returns to the queue. Moving answers is no reason to review a decision, so the marks of before stay.

    Args:
        mover: of the move.
        dialogues: whose annotations were moved in this transaction.
        marks: of `review_marks`, from before.
        now: the moment.

    Returns:
        `decisions` moved, `decisions_open` that are not in effect any more.
    """
    counts: Counter[str] = Counter()
    revisions, rows, opened = [], [], []
    present = _present(dialogues)
    for decision in _of(dialogues).select_for_update(no_key=True):
        mark = marks.get(decision.pk, decision.needs_review)
        if decision.codebook_id != mover.move.old_id:
            if mark != decision.needs_review:
                Decision.objects.filter(pk=decision.pk).update(needs_review=mark)
            continue
        state, is_open = _moved(decision, mover)
        if is_open:
            opened.append(decision.utterance_id)
        counts["decisions_open" if is_open else "decisions"] += 1
        revision = _revision(decision, mover.move, mover.move.new_id, state, now, made=present.get(decision.pk))
        revisions.append(revision)
        rows.append(_head(decision, revision, state, needs_review=mark, now=now))
    DecisionRevision.objects.bulk_create(revisions)
    update_rows(Decision, HEAD, rows)
    AdjudicationCase.objects.filter(utterance__in=opened).update(is_stale=True)
    return counts


def move_decisions_back(
    *, move: AnswerMove, dialogues: Iterable[int], marks: Mapping[int, bool], now: datetime
) -> Counter[str]:
    """Give decisions back the state that they had before a move; those decided again since stay.

    Returns:
        `decisions` that were restored, and `decisions_skipped`.
    """
    counts: Counter[str] = Counter()
    of_move = DecisionRevision.objects.filter(
        decision__utterance__dialogue__in=list(dialogues), mapping=move.public_id, codebook=move.new_id
    )
    made = dict(of_move.order_by("number").values_list("decision", "number"))  # the newest of each
    revisions, rows, changed = [], [], []
    for decision in _of(dialogues).select_for_update(no_key=True):
        mark = marks.get(decision.pk, decision.needs_review)
        number = made.get(decision.pk)
        if number is None or decision.codebook_id != move.new_id or decision.last_number != number:
            counts["decisions_skipped"] += number is not None and decision.codebook_id == move.new_id
            if mark != decision.needs_review:
                Decision.objects.filter(pk=decision.pk).update(needs_review=mark)
            continue
        # the state before: second opinions have numbers of their own and never become the decision
        before = decision.revisions.filter(number__lt=number, second=False).order_by("-number").first()
        state = (before.outcome, before.answers, _bytes(before.codes)) if before else (Outcome.NONE, None, None)
        revision = _revision(decision, move, move.old_id, state, now, made=before)
        revisions.append(revision)
        rows.append(_head(decision, revision, state, needs_review=mark, now=now))
        changed.append(decision.utterance_id)
        counts["decisions"] += 1
    DecisionRevision.objects.bulk_create(revisions)
    update_rows(Decision, HEAD, rows)
    AdjudicationCase.objects.filter(utterance__in=changed).update(is_stale=True)
    return counts


def follow_moves(*, utterance: Utterance, now: datetime) -> bool:
    """Move the decision on an utterance to the codebook version in use, if moves lead there.

    The page of an adjudicator may still show the version of before when it decides or undoes. What it sent is stored as
    it is, and moved at once.

    Args:
        utterance: with dialogue and corpus; the caller has locked its case.
        now: the moment.

    Returns:
        Whether the decision is in effect: False if a question is open under the version in use.
    """
    decision = Decision.objects.select_for_update(no_key=True).get(utterance=utterance)
    corpus = utterance.dialogue.corpus
    if decision.outcome == Outcome.NONE or corpus.codebook_id is None:
        return False
    for step in path(corpus=corpus.pk, source=decision.codebook_id, target=corpus.codebook_id):
        state, is_open = _moved(decision, step.mover)
        made = decision.revisions.filter(number=decision.number).first()
        revision = _revision(decision, step.move, step.mover.target.pk, state, now, made=made)
        revision.save()
        update_rows(Decision, HEAD, [_head(decision, revision, state, needs_review=decision.needs_review, now=now)])
        if is_open:
            return False
        decision.refresh_from_db()
    return True


State = tuple[str, "dict[str, object] | None", "bytes | None"]


def _moved(decision: Decision, mover: ProfileMover) -> tuple[State, bool]:
    """Return the state of a decision under another version, and whether a question is open there."""
    moved = mover(bytes(decision.codes)) if decision.codes is not None else None
    if moved is not None and moved.open:
        return (Outcome.NONE, None, None), True
    return (decision.outcome, moved.answers if moved else None, moved.codes if moved else None), False


def _of(dialogues: Iterable[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(utterance__dialogue__in=list(dialogues)).order_by("pk")


def _bytes(codes: bytes | memoryview | None) -> bytes | None:
    return None if codes is None else bytes(codes)


def _present(dialogues: Iterable[int]) -> dict[int, DecisionRevision]:
    """Return the revision in effect of each decision on utterances of dialogues."""
    rows = DecisionRevision.objects.filter(
        decision__utterance__dialogue__in=list(dialogues), number=F("decision__number")
    )
    return {row.decision_id: row for row in rows}


def _revision(
    decision: Decision,
    move: AnswerMove,
    codebook: int,
    state: State,
    now: datetime,
    *,
    made: DecisionRevision | None,
) -> DecisionRevision:
    """Return the revision that moves a decision.

    Args:
        decision: the decision.
        move: of the answers.
        codebook: primary key of the version that it moves to.
        state: of the decision there.
        now: the moment.
        made: the revision that it moves. Its reason, and whose answers it took, still explain the decision.
    """
    outcome, answers, codes = state
    kept = {name: getattr(made, name) for name in KEPT} if made and outcome != Outcome.NONE else {}
    return DecisionRevision(
        decision=decision,
        number=decision.last_number + 1,
        cause=DecisionRevision.Cause.MIGRATION,
        outcome=outcome,
        answers=answers,
        codes=codes,
        codebook_id=codebook,
        mapping=move.public_id,
        created_at=now,
        **kept,
    )


def _head(
    decision: Decision, revision: DecisionRevision, state: State, *, needs_review: bool, now: datetime
) -> tuple[object, ...]:
    """Return the primary key and the values of `HEAD`."""
    outcome, answers, codes = state
    number = 0 if outcome == Outcome.NONE else revision.number
    is_marked = needs_review and outcome != Outcome.NONE
    codebook = revision.codebook_id
    return decision.pk, codebook, outcome, answers, codes, number, revision.number, is_marked, now
