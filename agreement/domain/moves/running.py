"""The job that moves the answers of a corpus, or moves them back: dialogue by dialogue, in short transactions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from agreement.domain.moves.acceptances import move_accepted, move_accepted_back
from agreement.domain.moves.decisions import move_decisions, move_decisions_back, review_marks
from annotator.domain.calibration.gold_judging import judge_gold
from annotator.domain.moves.moving import dialogues_left, is_moved, move_dialogues
from annotator.domain.moves.moving_back import move_dialogues_back
from common.jobs.queue import JobRun
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import AnswerMove

FEWEST, MOST = 2, 200  # dialogues of a transaction
TARGET_SECONDS = 0.08  # of a transaction: others wait for its locks; on SQLite, for its end
# Pause after a transaction, as a share of its duration. Those who wait for SQLite ask at intervals of up to 100 ms
# whether it is free, and would find it busy again and again.
PAUSE = {"sqlite": 1.0, "postgresql": 0.05}
MOST_ROUNDS = 5

Step = Callable[[Sequence[int]], Counter[str]]


def run_move(*, run: JobRun, move: AnswerMove) -> dict[str, Any]:
    """Move the answers of a corpus, or move them back; a later attempt continues where an earlier one stopped.

    Args:
        run: the attempt.
        move: in the state `moving` or `undoing`.

    Returns:
        The counts, see `move_dialogues` and `move_dialogues_back`.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    if move.state == AnswerMove.State.UNDOING:
        return _undo(run, move)
    if move.state != AnswerMove.State.MOVING:
        return dict(move.counts)
    # Gold that waits is judged by the answer sets of its own version.
    judge_gold(run=run, corpus=move.corpus)
    mover = ProfileMover(move)
    for _round in range(MOST_ROUNDS):
        _walk(run, move, "counts", lambda dialogues: _moved(mover, dialogues))
        # A claim that began before the new version was in use may have added work behind the walk.
        if is_moved(move=move):
            break
        AnswerMove.objects.filter(pk=move.pk).update(position=0)
        move.position = 0
    with run.finishing():
        AnswerMove.objects.filter(pk=move.pk).update(state=AnswerMove.State.DONE, ended_at=timezone.now())
    return dict(move.counts)


def _undo(run: JobRun, move: AnswerMove) -> dict[str, Any]:
    _walk(run, move, "undone_counts", lambda dialogues: _moved_back(move, dialogues))
    with run.finishing():
        AnswerMove.objects.filter(pk=move.pk).update(state=AnswerMove.State.UNDONE)
    return dict(move.undone_counts)


def _moved(mover: ProfileMover, dialogues: Sequence[int]) -> Counter[str]:
    now, marks = timezone.now(), review_marks(dialogues)
    counts = move_dialogues(mover=mover, dialogues=dialogues, now=now)
    counts += move_decisions(mover=mover, dialogues=dialogues, marks=marks, now=now)
    return counts + move_accepted(mover=mover, dialogues=dialogues, now=now)


def _moved_back(move: AnswerMove, dialogues: Sequence[int]) -> Counter[str]:
    now, marks = timezone.now(), review_marks(dialogues)
    counts = move_dialogues_back(move=move, dialogues=dialogues, now=now)
    counts += move_decisions_back(move=move, dialogues=dialogues, marks=marks, now=now)
    return counts + move_accepted_back(move=move, dialogues=dialogues, now=now)


def _walk(run: JobRun, move: AnswerMove, name: str, step: Step) -> None:
    """Take a step for all dialogues after `position`; its counts are added to the field `name` of the move.

    Position, counts and results are written by one transaction, so nothing is done or counted twice. The number of
    dialogues follows the time that a transaction takes.
    """
    total = move.corpus.dialogues.count()
    done = move.corpus.dialogues.filter(pk__lte=move.position).count()
    size = float(FEWEST)
    while dialogues := dialogues_left(move=move, after=move.position, most=int(size)):
        began = time.monotonic()
        with run.finishing():
            counts = Counter(getattr(move, name)) + step(dialogues)
            AnswerMove.objects.filter(pk=move.pk).update(position=dialogues[-1], **{name: dict(counts)})
        move.position = dialogues[-1]
        setattr(move, name, dict(counts))
        done += len(dialogues)
        run.progress(min(done, total), total, "moving_answers")
        spent = time.monotonic() - began
        size = min(MOST, max(FEWEST, size * min(2.0, TARGET_SECONDS / max(spent, 0.001))))
        time.sleep(spent * PAUSE[connection.vendor])
