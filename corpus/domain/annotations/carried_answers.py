"""Answers of one codebook version as those of another, along the moves between the two."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import AnswerMove
from corpus.rules.moves import Moved


@dataclass(frozen=True)
class Step:
    """One move of a path; `back` if it was undone, so that answers go from its new version to its old one."""

    move: AnswerMove
    back: bool

    @cached_property
    def mover(self) -> ProfileMover:
        """The mover of this step."""
        return ProfileMover(self.move, back=self.back)


def path(*, corpus: int, source: int, target: int) -> list[Step]:
    """Return the shortest way from one codebook version to another; empty if no move connects them.

    Moves that have started lead from their old version to their new one, undone ones back. Of several between the same
    versions, the newest one counts.

    Args:
        corpus, source, target: primary keys.
    """
    if source == target:
        return []
    started = AnswerMove.objects.filter(corpus=corpus).exclude(state=AnswerMove.State.DRAFT)
    steps: dict[int, dict[int, Step]] = {}
    for move in started.select_related("old", "new", "corpus").order_by("pk"):
        back = move.state in (AnswerMove.State.UNDOING, AnswerMove.State.UNDONE)
        from_, to = (move.new_id, move.old_id) if back else (move.old_id, move.new_id)
        steps.setdefault(from_, {})[to] = Step(move, back)
    reached: dict[int, list[Step]] = {source: []}
    waiting = deque([source])
    while waiting and target not in reached:
        here = waiting.popleft()
        for there, step in steps.get(here, {}).items():
            if there not in reached:
                reached[there] = [*reached[here], step]
                waiting.append(there)
    return reached.get(target, [])


def carried(answers: Mapping[str, Any], steps: list[Step]) -> Moved:
    """Return answers after all steps, and the questions that are open then."""
    moved = Moved(dict(answers), ())
    for step in steps:
        moved = step.mover.mover.move(moved.answers)
    return moved
