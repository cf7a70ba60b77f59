"""Reasons why two versions of a codebook ask a question differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreement.judgements.comparability import comparable
from corpus.rules.codebook import Codebook, Link, Task


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason, as a code and its parameters; the sentence is made where it is read.

    Attributes:
        code: `choices_removed`, `choices_added`, `choices_order`, `scale`, `perspective`, `many`, `ends`, `values`,
            `condition`, `kind` (a task became a link or the reverse), or `other`.
        names: the choices of `choices_removed` and `choices_added`.
    """

    code: str
    names: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the reason for a report or manifest."""
        return {"code": self.code, "names": list(self.names)}


def differences(old: Codebook, new: Codebook) -> dict[str, tuple[Difference, ...]]:
    """Return slug -> reasons for each question that both versions have and ask differently."""
    theirs = {question.slug: question for question in old.questions}
    alike = comparable(new, old)
    return {
        question.slug: _of(theirs[question.slug], question) or (Difference("other"),)
        for question in new.questions
        if question.slug in theirs and question.slug not in alike
    }


def _of(old: Task | Link, new: Task | Link) -> tuple[Difference, ...]:
    if isinstance(old, Task) and isinstance(new, Task):
        return (*_choices(old, new), *_changed(old, new, ("scale", "perspective", "many")))
    if isinstance(old, Link) and isinstance(new, Link):
        ends = (Difference("ends"),) if (old.source, old.target) != (new.source, new.target) else ()
        return (*ends, *_changed(old, new, ("values", "condition")))
    return (Difference("kind"),)


def _choices(old: Task, new: Task) -> tuple[Difference, ...]:
    before, after = old.slugs(), new.slugs()
    removed = tuple(slug for slug in before if slug not in after)
    added = tuple(slug for slug in after if slug not in before)
    found = [Difference("choices_removed", removed)] if removed else []
    found += [Difference("choices_added", added)] if added else []
    if not found and before != after:
        found.append(Difference("choices_order"))
    return tuple(found)


def _changed(old: Task | Link, new: Task | Link, names: tuple[str, ...]) -> tuple[Difference, ...]:
    return tuple(Difference(name) for name in names if getattr(old, name) != getattr(new, name))
