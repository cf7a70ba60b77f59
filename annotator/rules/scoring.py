"""Scores: the share of answers that are acceptable. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.rules.codebook import NOT_APPLICABLE, Codebook, Link, problems, settle

Z = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Score:
    """`right` of `judged` answers were acceptable."""

    right: int = 0
    judged: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.judged + other.judged)

    @property
    def share(self) -> float | None:
        """Share of acceptable answers; None if nothing was scored."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share, for independent answers; None if nothing was scored."""
        if not self.judged:
            return None
        n, p = self.judged, self.right / self.judged
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z / (1 + Z**2 / n) * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    def reaches(self, percent: int) -> bool:
        """Return whether at least `percent` percent of the scored answers were acceptable; False if there are none."""
        return self.judged > 0 and 100 * self.right >= percent * self.judged


def verdicts(
    codebook: Codebook, acceptable: Mapping[str, Sequence[Any]], answers: Mapping[str, Any]
) -> dict[str, bool]:
    """Return whether each scored answer to an utterance is acceptable; unscored questions are left out.

    A task is scored if it has acceptable answers; "cannot judge" is wrong unless it is one of them. A link is scored
    only if it was asked, its acceptable values are known, and neither of its ends is wrong: a wrong end counts as one
    mistake, not two.

    Args:
        codebook: the version under which the answers were given.
        acceptable: question slug -> acceptable answers.
        answers: as committed, settled.
    """
    verdict_of = {
        task.slug: is_among(answers.get(task.slug), acceptable[task.slug])
        for task in codebook.tasks
        if acceptable.get(task.slug)
    }
    for link in codebook.links:
        if _is_scored(link, acceptable, answers, verdict_of):
            verdict_of[link.slug] = answers[link.slug] in acceptable[link.slug]
    return verdict_of


def is_among(answer: Any, acceptable: Sequence[Any]) -> bool:
    """Return whether an answer is acceptable; the order of a set of choices makes no difference.

    Answers are stored in the order of their codebook version, and another version may have another order.
    """
    if isinstance(answer, list):
        return any(isinstance(each, list) and sorted(each) == sorted(answer) for each in acceptable)
    return answer in acceptable


def distinct(codebook: Codebook, slug: str, values: Sequence[Any]) -> list[Any]:
    """Return acceptable answers as they are stored: each once, sets of choices in the codebook's order."""
    found: list[Any] = []
    for value in values:
        settled = settle(codebook, {slug: value})[slug] if isinstance(value, list) else value
        if settled not in found:
            found.append(settled)
    return found


def _is_scored(
    link: Link, acceptable: Mapping[str, Sequence[Any]], answers: Mapping[str, Any], verdict_of: Mapping[str, bool]
) -> bool:
    known = [value for value in acceptable.get(link.slug, ()) if value != NOT_APPLICABLE]
    asked = answers.get(link.slug) not in (None, NOT_APPLICABLE)
    return bool(known) and asked and verdict_of.get(link.source, True) and verdict_of.get(link.target, True)


def score(judged: Iterable[Mapping[str, bool]]) -> Score:
    """Return the score over all questions of these verdicts."""
    every = [right for each in judged for right in each.values()]
    return Score(sum(every), len(every))


def by_question(judged: Iterable[Mapping[str, bool]]) -> dict[str, Score]:
    """Return the score of each question that was scored at least once."""
    scores: dict[str, Score] = {}
    for each in judged:
        for slug, right in each.items():
            scores[slug] = scores.get(slug, Score()) + Score(int(right), 1)
    return scores


def agreed(given: Sequence[Mapping[str, Any]], *, unanimous: bool) -> dict[str, list[Any]]:
    """Return the acceptable answers per question from several experts' answers to one utterance.

    Args:
        given: the answers of each expert; at least one.
        unanimous: leave out questions on which they differ; otherwise the answer of each expert is acceptable.
    """
    slugs = {slug for answers in given for slug in answers}
    acceptable: dict[str, list[Any]] = {}
    for slug in sorted(slugs):
        values: list[Any] = []
        for answers in given:
            value = answers.get(slug)
            if value is not None and value not in values:
                values.append(value)
        if values and (len(values) == 1 or not unanimous):
            acceptable[slug] = values
    return acceptable


def is_possible(codebook: Codebook, slug: str, value: Any) -> bool:
    """Return whether the codebook allows this answer to the question."""
    for link in codebook.links:
        if link.slug == slug:
            return value == NOT_APPLICABLE or (type(value) is int and value in link.values)
    if all(task.slug != slug for task in codebook.tasks):
        return False
    return all(problem.where != slug for problem in problems(codebook, settle(codebook, {slug: value})))
