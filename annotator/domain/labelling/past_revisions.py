"""The earlier revisions of an annotator as their page needs them after moves of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import get_language

from annotator.models import Assignment
from corpus.domain.annotations.carried_answers import Step, carried, path


@dataclass(frozen=True, slots=True)
class PastRevision:
    """An earlier revision by this annotator; `answers` None: withdrawn; `correction`: made after handing in.

    `moved`: answers that a move brought to the present codebook version; nothing before it can be undone. `draft`: the
    ones of them that are known if the others are asked again.
    """

    operation: UUID | None
    utterance: UUID
    answers: dict[str, Any] | None
    undo: bool
    correction: bool
    opened: int | None
    shortcut: str
    moved: bool = False
    draft: dict[str, Any] | None = None


class History(NamedTuple):
    """Revisions in the order of their commits, and `OpenedAssignment.asked`."""

    revisions: list[PastRevision]
    asked: dict[UUID, dict[str, list[str]]]


def history_since_moves(assignment: Assignment, rows: Sequence[tuple[PastRevision, int]]) -> History:
    """Return the revisions since the last move of each utterance's answers, under the assignment's codebook version.

    Earlier ones cannot be undone, and their answers may not exist any more. Answers that an undone move left behind
    are shown as far as they can be moved.

    Args:
        assignment: with its rater.
        rows: revisions in the order of their commits, each with the primary key of its codebook version.
    """
    own = assignment.codebook_id
    if all(codebook == own and not past.moved for past, codebook in rows):
        return History([past for past, _codebook in rows], {})
    last_move = {past.utterance: place for place, (past, _codebook) in enumerate(rows) if past.moved}
    ways = _Ways(assignment)
    found: list[PastRevision] = []
    asked: dict[UUID, dict[str, list[str]]] = {}
    opened: dict[UUID, int] = {}
    before: dict[UUID, tuple[dict[str, Any], int]] = {}
    for place, (past, codebook) in enumerate(rows):
        if place < last_move.get(past.utterance, -1):
            opened[past.utterance] = max(past.opened or 0, opened.get(past.utterance, 0))
            if past.answers is not None:
                before[past.utterance] = past.answers, codebook
            continue
        asked.pop(past.utterance, None)
        if past.moved:
            past = replace(past, opened=opened.get(past.utterance) or None)  # noqa: PLW2901 -- the same revision
            if past.answers is None and past.utterance in before:
                draft, asked[past.utterance] = ways.asked(*before[past.utterance])
                past = replace(past, draft=draft)  # noqa: PLW2901
        elif codebook != own and past.answers is not None:
            past = replace(past, answers=carried(past.answers, ways.to_own(codebook)).answers)  # noqa: PLW2901
        found.append(past)
    return History(found, asked)


class _Ways:
    """The moves that lead from other codebook versions to that of an assignment, each looked up once."""

    def __init__(self, assignment: Assignment) -> None:
        self._corpus, self._own = assignment.rater.corpus_id, assignment.codebook_id
        self._found: dict[int, list[Step]] = {}

    def to_own(self, codebook: int) -> list[Step]:
        if codebook not in self._found:
            self._found[codebook] = path(corpus=self._corpus, source=codebook, target=self._own)
        return self._found[codebook]

    def asked(self, answers: dict[str, Any], codebook: int) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """Return the answers that are known, and for each open question the former answer in words."""
        steps = self.to_own(codebook)
        moved = carried(answers, steps)
        return moved.answers, {slug: _words(slug, answers, steps) for slug in moved.open}


def _words(slug: str, answers: dict[str, Any], steps: Sequence[Step]) -> list[str]:
    """Return the former answer to the question that became this one; empty for a new question."""
    former: str | None = slug
    for step in reversed(steps):
        entry = step.mover.mover.mapping.source_of(former) if former else None
        former = entry.source if entry else None
    answer = answers.get(former) if former else None
    if answer is None or not steps:
        return []
    rules, language = steps[0].mover.source.rules(), get_language() or "en"
    given = answer if isinstance(answer, list) else [answer]
    return [rules.text(f"{former}.{each}", language).name for each in given]
