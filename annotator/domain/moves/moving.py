"""Moving the work on dialogues to another codebook version: answers, assignments, late work and answer sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from annotator.domain.allocation.locks import lock_work
from annotator.domain.moves.answer_sets import move_answer_sets
from annotator.domain.moves.asking import reopen_places, who_is_asked
from annotator.models import Assignment, LateOperation, MovedAssignment
from corpus.domain.annotations.moved_answers import ProfileMover, move_answers, with_answers_of
from corpus.models import AnswerMove


def move_dialogues(*, mover: ProfileMover, dialogues: Sequence[int], now: datetime) -> Counter[str]:
    """Move the work on dialogues, in the caller's transaction.

    Open assignments go on under the new version; operations that their pages still send under the old one are moved as
    they arrive. An assignment with an answer that is asked again is reopened.

    Args:
        mover: of the move.
        dialogues: primary keys; a few, so that the locks are short.
        now: the moment.

    Returns:
        The counts of `Outcome`; `assignments`, of which `reopened` ones; `answer_sets`, of which `answer_sets_open`
            lack a question now.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    lock_work(dialogues)
    move = mover.move
    annotations = with_answers_of(move.old_id).filter(utterance__dialogue__in=dialogues)
    outcome = move_answers(annotations=annotations, mover=mover, asked=who_is_asked(dialogues), now=now)
    reopened = reopen_places(outcome.withdrawn, now=now)
    counts = outcome.counts
    counts["assignments"] = _move_assignments(move, dialogues, reopened)
    counts["reopened"] = len(reopened)
    counts += move_answer_sets(mover=mover, dialogues=dialogues, now=now)
    return counts


def is_moved(*, move: AnswerMove) -> bool:
    """Return whether nothing is left under the old version: neither answers nor open assignments."""
    held = Assignment.objects.filter(codebook=move.old_id, rater__corpus=move.corpus_id)
    return not held.exists() and not with_answers_of(move.old_id).exists()


def dialogues_left(*, move: AnswerMove, after: int, most: int) -> list[int]:
    """Return the next dialogues of a corpus in the order of their keys, with or without answers."""
    found = move.corpus.dialogues.filter(pk__gt=after).order_by("pk")
    return list(found.values_list("pk", flat=True)[:most])


def _move_assignments(move: AnswerMove, dialogues: Sequence[int], reopened: Sequence[Assignment]) -> int:
    ended = {each.pk: each.ended_at for each in reopened}
    held = Assignment.objects.filter(dialogue__in=dialogues, codebook=move.old_id)
    keys = list(held.order_by("pk").values_list("pk", flat=True))
    MovedAssignment.objects.bulk_create(
        [MovedAssignment(move=move, assignment_id=pk, ended_at=ended.get(pk)) for pk in keys],
        update_conflicts=True,
        unique_fields=["move", "assignment"],
        update_fields=["ended_at"],
    )
    _name_version_of_late_work(move, keys)
    Assignment.objects.filter(pk__in=keys).update(codebook=move.new_id)
    return len(keys)


def _name_version_of_late_work(move: AnswerMove, assignments: Sequence[int]) -> None:
    """Record the version of late operations that do not name theirs, so that they are moved when they are applied."""
    late = LateOperation.objects.filter(assignment__in=assignments, state=LateOperation.State.WAITING)
    for operation in late:
        if operation.payload.get("codebook") is None:
            operation.payload["codebook"] = move.old.version
            operation.save(update_fields=["payload"])
