"""Variables of the statistics: the questions of a codebook with their possible answers and level of measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agreement.statistics.answers.distances import Level
from corpus.rules.codebook import Link, Task, answer_slugs


@dataclass(frozen=True, slots=True)
class Variable:
    """A task or a link as the statistics see it.

    Attributes:
        slug: of the task or the link.
        kind: `task` or `link`.
        level: level of measurement, which decides how alpha weighs two different answers. Links are ordinal.
        answers: names of the possible answers in the order of the scale; codes count from 0 in this order.
        values: numbers of the answers (level "interval" only).
        distances: of the answers (V, V), as the codebook states them; None if it does not.
    """

    slug: str
    kind: Literal["task", "link"]
    level: Level
    answers: tuple[str, ...]
    values: tuple[float, ...] | None = None
    distances: tuple[tuple[float, ...], ...] | None = None


def variable(question: Task | Link) -> Variable:
    """Return a task or a link as the statistics see it."""
    if isinstance(question, Link):
        return Variable(question.slug, "link", "ordinal", answer_slugs(question))
    answers = answer_slugs(question)
    if question.many:
        return Variable(question.slug, "task", "sets", answers)
    if question.scale == "interval":
        values = tuple(map(float, answers))
        return Variable(question.slug, "task", "interval", answers, values, question.distances or None)
    level: Level = "ordinal" if question.scale == "ordinal" else "nominal"
    return Variable(question.slug, "task", level, answers, distances=question.distances or None)
