"""The check of answers against a codebook: which links are asked, and the problems of a set of answers.

Answers are a flat dict, the same on the page, in the API, in the database and in releases: task slug -> slug of the
choice (a list of slugs for a task with `many`, stored in the codebook's order so that equal answers are equal values),
link slug -> one of its values. `cannot_judge` is possible for a task, `not_applicable` for a link.
"""

from collections.abc import Mapping
from typing import Any

from corpus.rules.codebook import conditions
from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.codebook.definition import Codebook, Link, Task
from corpus.rules.codebook.problem import Problem


def applies(link: Link, answers: Mapping[str, Any]) -> bool:
    """Return whether a link is asked: both ends have an answer other than `cannot_judge`, and its condition holds."""
    ends = (answers.get(link.source), answers.get(link.target))
    return all(end not in (None, CANNOT_JUDGE) for end in ends) and conditions.holds(link.condition, answers)


def settle(codebook: Codebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with every link that is not asked set to `not_applicable`, and sets of choices in order.

    A link that is asked loses an earlier `not_applicable` and is unanswered then. A value that is stale because an end
    of the link has another answer now cannot be recognized here; the page clears it.
    """
    settled = dict(answers)
    for task in codebook.tasks:
        if task.many and task.slug in settled:
            settled[task.slug] = ordered(task, settled[task.slug])
    for link in codebook.links:
        if not applies(link, answers):
            settled[link.slug] = NOT_APPLICABLE
        elif settled.get(link.slug) == NOT_APPLICABLE:
            del settled[link.slug]
    return settled


def ordered(task: Task, answer: Any) -> Any:
    """Return a set of choices in the codebook's order; anything else, also a list with repeats, as it is."""
    if not isinstance(answer, list):
        return answer
    inside = [slug for slug in task.slugs() if slug in answer]
    return inside if len(inside) == len(answer) else answer


def problems(codebook: Codebook, answers: Mapping[str, Any]) -> list[Problem]:
    """Return the problems that prevent a commit of the answers, in the order of the codebook; empty if complete.

    Codes: `unknown_question`, `missing`, `unknown_answer`, `given_twice` (a choice in a set of them),
    `cannot_judge_is_off`, `not_applicable` (a value for a link that is not asked).

    Args:
        codebook: the questions.
        answers: settled.
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
    if not isinstance(answer, list) or not answer or any(each not in slugs for each in answer):
        return "unknown_answer"
    return "given_twice" if len(answer) > len(set(answer)) else ""


def _link_problem(link: Link, answers: Mapping[str, Any]) -> str:
    answer = answers.get(link.slug)
    if not applies(link, answers):
        return "" if answer == NOT_APPLICABLE else "not_applicable"
    if answer is None or answer == NOT_APPLICABLE:
        return "missing"
    # True == 1 in Python, but is not a value of a link
    return "" if type(answer) is int and answer in link.values else "unknown_answer"
