"""Answers against a codebook: which links are asked, and what is wrong with a set of answers.

Answers are a flat dict, the same on the page, in the API, in the database and in releases: task slug -> slug of
the choice (a list of slugs where the task has `many`), link slug -> one of its values; `cannot_judge` for a task
and `not_applicable` for a link stand for themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.rules.codebook import conditions
from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.codebook.definition import Codebook, Link, Task


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: a code, where it is (a slug, or a path in the YAML), what was found there, and its line."""

    code: str
    where: str
    detail: str = ""
    line: int = 0

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        return f"{line}{self.where}: {self.code}" + (f" ({self.detail})" if self.detail else "")


def applies(link: Link, answers: Mapping[str, Any]) -> bool:
    """Tell whether a link is asked: both its ends are judged, and its condition holds."""
    ends = (answers.get(link.source), answers.get(link.target))
    return all(end not in (None, CANNOT_JUDGE) for end in ends) and conditions.holds(link.condition, answers)


def settle(codebook: Codebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with every link that is not asked set to `not_applicable`.

    A link that is asked after all loses a `not_applicable` from before and waits for its value. That a value
    became stale because an end of the link changed cannot be seen here: the page clears it.
    """
    settled = dict(answers)
    for link in codebook.links:
        if not applies(link, answers):
            settled[link.slug] = NOT_APPLICABLE
        elif settled.get(link.slug) == NOT_APPLICABLE:
            del settled[link.slug]
    return settled


def problems(codebook: Codebook, answers: Mapping[str, Any]) -> list[Problem]:
    """Return everything that keeps answers from being committed, in the order of the codebook; empty when whole.

    Codes: `unknown_question`, `missing`, `unknown_answer`, `cannot_judge_is_off`, `not_applicable` (a value for a
    link that is not asked).
    """
    known = {question.slug for question in codebook.questions}
    found = [Problem("unknown_question", slug) for slug in answers if slug not in known]
    for task in codebook.tasks:
        code = _task_problem(codebook, task, answers.get(task.slug))
        if code:
            found.append(Problem(code, task.slug))
    for link in codebook.links:
        code = _link_problem(link, answers)
        if code:
            found.append(Problem(code, link.slug))
    return found


def _task_problem(codebook: Codebook, task: Task, answer: object) -> str:
    if answer is None:
        return "missing"
    if answer == CANNOT_JUDGE:
        return "" if codebook.policy.cannot_judge == "per-task" else "cannot_judge_is_off"
    slugs = task.slugs()
    if not task.many:
        return "" if isinstance(answer, str) and answer in slugs else "unknown_answer"
    # one order only, so that equal answers are equal values
    whole = isinstance(answer, list) and answer and answer == [slug for slug in slugs if slug in answer]
    return "" if whole else "unknown_answer"


def _link_problem(link: Link, answers: Mapping[str, Any]) -> str:
    answer = answers.get(link.slug)
    if not applies(link, answers):
        return "" if answer == NOT_APPLICABLE else "not_applicable"
    if answer is None or answer == NOT_APPLICABLE:
        return "missing"
    # True == 1 in Python, but is no value of a link
    return "" if type(answer) is int and answer in link.values else "unknown_answer"
