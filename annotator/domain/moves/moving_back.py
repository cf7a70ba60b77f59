"""Undoing a move on dialogues: answers, assignments and answer sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from annotator.domain.allocation.locks import lock_work
from annotator.domain.moves.answer_sets import move_answer_sets_back
from annotator.models import Assignment, MovedAssignment, Slot
from corpus.domain.annotations.moved_answers import Place
from corpus.domain.annotations.moved_back import move_back
from corpus.models import Annotation, AnswerMove, Utterance


def move_dialogues_back(*, move: AnswerMove, dialogues: Sequence[int], now: datetime) -> Counter[str]:
    """Undo a move on dialogues, in the caller's transaction.

    An assignment that the move reopened is finished again, with its former end, if it still holds all its answers.

    Returns:
        `restored` and `skipped` annotations; `assignments`, of which `finished` ones; `answer_sets`,
            `answer_sets_skipped`.
    """
    lock_work(dialogues)
    outcome = move_back(move=move, dialogues=dialogues, now=now)
    counts = outcome.counts
    moved = MovedAssignment.objects.filter(
        move=move, assignment__dialogue__in=dialogues, assignment__codebook=move.new_id, undone_at__isnull=True
    )
    rows = list(moved.select_related("assignment"))
    Assignment.objects.filter(pk__in=[row.assignment_id for row in rows]).update(codebook=move.old_id)
    counts["finished"] = _finish_again(rows, outcome.withdrawn)
    counts["assignments"] = len(rows)
    moved.model.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=now)
    counts += move_answer_sets_back(move=move, dialogues=dialogues, now=now)
    return counts


def _finish_again(rows: Sequence[MovedAssignment], changed: Collection[Place]) -> int:
    """Finish the assignments that the move had reopened and that nobody has worked on since."""
    count = 0
    for row in rows:
        assignment = row.assignment
        place = (assignment.dialogue_id, assignment.rater_id, assignment.purpose)
        if row.ended_at is None or assignment.state != Assignment.State.OPEN or place in changed:
            continue
        if _lacks_answers(assignment):
            continue
        Assignment.objects.filter(pk=assignment.pk).update(state=Assignment.State.DONE, ended_at=row.ended_at)
        Slot.objects.filter(pk=assignment.slot_id).update(state=Slot.State.DONE)
        count += 1
    return count


def _lacks_answers(assignment: Assignment) -> bool:
    answered = Annotation.objects.filter(
        utterance=OuterRef("pk"), rater=assignment.rater_id, purpose=assignment.purpose, answers__isnull=False
    )
    return Utterance.objects.filter(~Exists(answered), dialogue=assignment.dialogue_id).exists()
