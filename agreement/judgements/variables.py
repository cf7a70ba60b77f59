"""What is compared: the codebook's questions, each with its labels and how far apart these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from agreement.statistics.measures import Level
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, Link, Task, answer_slugs

Gap = Literal["cannot_judge", "not_applicable", "unanswered", "incomparable"]
GAPS: tuple[Gap, ...] = ("cannot_judge", "not_applicable", "unanswered", "incomparable")


@dataclass(frozen=True, slots=True)
class Variable:
    """A task or a link as the statistics see it.

    Attributes:
        slug: of the task or the link.
        kind: `task` or `link`.
        level: how alpha weighs two different labels. Links are ordinal over their values.
        labels: names of the labels in the order of the scale; codes count from 0 in this order.
    """

    slug: str
    kind: Literal["task", "link"]
    level: Level
    labels: tuple[str, ...]


def variable(asked: Task | Link) -> Variable:
    """Return a task or a link as the statistics see it."""
    if isinstance(asked, Link):
        return Variable(asked.slug, "link", "ordinal", answer_slugs(asked))
    level: Level = "sets" if asked.many else "ordinal" if asked.scale == "ordinal" else "nominal"
    return Variable(asked.slug, "task", level, answer_slugs(asked))


def comparable(one: Codebook, other: Codebook) -> frozenset[str]:
    """Return the questions that both codebooks ask alike: answers under either may be compared.

    Keys, texts and defaults don't matter; choices and their order, scale, perspective, ends, values and the condition
    of a link do.
    """
    theirs = {asked.slug: _sense(asked) for asked in other.questions}
    return frozenset(asked.slug for asked in one.questions if theirs.get(asked.slug) == _sense(asked))


def _sense(asked: Task | Link) -> tuple[Any, ...]:
    if isinstance(asked, Link):
        return ("link", asked.source, asked.target, asked.values, asked.condition)
    return ("task", asked.scale, asked.perspective, asked.many, asked.slugs())


def gap(value: object) -> Gap | None:
    """Return why a stored answer is no label; None where it is one (or claims to be)."""
    if value is None:
        return "unanswered"
    return {CANNOT_JUDGE: "cannot_judge", NOT_APPLICABLE: "not_applicable"}.get(str(value))  # type: ignore[return-value]
