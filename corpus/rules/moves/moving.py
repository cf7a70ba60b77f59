"""Moving answers from one codebook version to another by a mapping."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, Link, Task, applies
from corpus.rules.codebook.answers import ordered
from corpus.rules.moves.mapping import Mapping, QuestionMapping


@dataclass(frozen=True, slots=True)
class Moved:
    """Answers under the new version.

    Attributes:
        answers: question slug -> answer, in the codebook's order; open and left out questions are missing.
        open: new questions that only the rater can answer, in the codebook's order.
    """

    answers: dict[str, Any]
    open: tuple[str, ...]


class Mover:
    """Moves answers by a mapping.

    Args:
        old: the version that the answers were given under.
        new: the version they are moved to.
        mapping: complete for the two.
    """

    def __init__(self, old: Codebook, new: Codebook, mapping: Mapping) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self._allows_cannot_judge = new.policy.cannot_judge == "per-task"
        self._old = {each.slug: each for each in old.questions}
        self._entry = {each.target: each for each in mapping.questions if each.target is not None}
        self._same_ends = {link.slug: self._has_same_ends(link) for link in new.links}

    def move(self, answers: MappingOf[str, Any]) -> Moved:
        """Return the moved answers, and the questions that have to be asked again.

        A link whose condition does not hold becomes `not_applicable`; one whose condition holds now keeps its value if
        it was asked between the same ends, and is asked again otherwise. A link with an open end has no answer.

        Args:
            answers: settled answers under the old version; missing ones stay missing.
        """
        moved: dict[str, Any] = {}
        asked: set[str] = set()
        for task in self.new.tasks:
            self._task(task, answers, moved, asked)
        for link in self.new.links:
            self._link(link, answers, moved, asked)
        return Moved(
            {each.slug: moved[each.slug] for each in self.new.questions if each.slug in moved},
            tuple(each.slug for each in self.new.questions if each.slug in asked),
        )

    def _task(self, task: Task, answers: MappingOf[str, Any], moved: dict[str, Any], asked: set[str]) -> None:
        entry = self._entry.get(task.slug)
        if entry is None:
            if self.mapping.added.get(task.slug) == "ask":
                asked.add(task.slug)
            return
        answer = answers.get(entry.source)
        if answer is None:
            return
        if answer == CANNOT_JUDGE:
            if self._allows_cannot_judge:
                moved[task.slug] = answer
            else:
                asked.add(task.slug)
            return
        targets = [entry.answers.get(str(each)) for each in (answer if isinstance(answer, list) else [answer])]
        if any(isinstance(each, tuple) for each in targets):
            asked.add(task.slug)
            return
        kept = list(dict.fromkeys(each for each in targets if isinstance(each, str)))
        if not kept:
            return
        if task.many:
            moved[task.slug] = ordered(task, kept)
        elif len(kept) == 1 and len(kept) == len(set(targets)):
            moved[task.slug] = kept[0]
        else:  # several choices of a task that takes one now
            asked.add(task.slug)

    def _link(self, link: Link, answers: MappingOf[str, Any], moved: dict[str, Any], asked: set[str]) -> None:
        if link.source in asked or link.target in asked:
            return  # the ends are answered first; the page then asks for the link if its condition holds
        if not applies(link, moved):
            moved[link.slug] = NOT_APPLICABLE
            return
        entry = self._entry.get(link.slug)
        if entry is None:
            if self.mapping.added.get(link.slug) == "ask":
                asked.add(link.slug)
            return
        if self._keep_value(link, answers, moved) or self._is_left(entry, answers):
            return
        asked.add(link.slug)

    def _keep_value(self, link: Link, answers: MappingOf[str, Any], moved: dict[str, Any]) -> bool:
        """Take over the value of a link that was asked between the same ends; return whether it has one."""
        entry = self._entry.get(link.slug)
        value = answers.get(entry.source) if entry else None
        if entry is None or value is None or value == NOT_APPLICABLE or not self._same_ends[link.slug]:
            return False
        target = entry.answers.get(str(value))
        if not isinstance(target, str):
            return False
        moved[link.slug] = int(target)
        return True

    @staticmethod
    def _is_left(entry: QuestionMapping, answers: MappingOf[str, Any]) -> bool:
        """Return whether the link had no answer, or one that the mapping leaves out."""
        value = answers.get(entry.source)
        return value is None or (value != NOT_APPLICABLE and entry.answers.get(str(value)) is None)

    def _has_same_ends(self, link: Link) -> bool:
        """Return whether the old link connected the tasks that became the ends of this one."""
        entry = self._entry.get(link.slug)
        old = self._old.get(entry.source) if entry else None
        if not isinstance(old, Link):
            return False
        ends = [self._entry.get(slug) for slug in (link.source, link.target)]
        return [end.source if end else None for end in ends] == [old.source, old.target]
