"""Majority: the label that most raters gave as their answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from agreement.consensus.method import Answer, Answers, Consensus, ConsensusMethod
from corpus.rules.codebook import CANNOT_JUDGE, Codebook, Link, Task

Source = Literal["majority", "tie", "single", "none"]


def majority(codebook: Codebook, answers: Mapping[str, Answers]) -> dict[str, Consensus]:
    """Return the majority on every question of the codebook, tasks first.

    A task: the most frequent answer; `cannot_judge` does not count. If a task takes several choices, each choice is
    decided separately and must be in more than half of the answers. A link: the most frequent answer among the raters
    who gave the final labels of both its ends, because only they judged the relation of these two.

    The `source` of a label is `majority` (more raters gave it than any other), `single` (only one rater's answer
    counts), `tie` (no answer is the most frequent; a link's also if one of its ends is tied) or `none` (no answer
    counts).

    Args:
        codebook: the questions.
        answers: rater slug -> question slug -> answer, see `corpus.rules.codebook.answers`.
    """
    raters = sorted(answers)
    labels: dict[str, Consensus] = {}
    for question in codebook.questions:
        slug = question.slug
        own = {rater: answers[rater][slug] for rater in raters if slug in answers[rater]}
        labels[slug] = (
            _of_task(question, own) if isinstance(question, Task) else _of_link(question, own, answers, labels)
        )
    return labels


def _of_task(task: Task, answers: dict[str, Answer]) -> Consensus:
    counted = [answer for answer in answers.values() if answer != CANNOT_JUDGE]
    label, source = _of_choices(task, counted) if task.many else _most_frequent(counted)
    return Consensus(label, source, answers)


def _of_link(
    link: Link, own: dict[str, Answer], answers: Mapping[str, Answers], labels: Mapping[str, Consensus]
) -> Consensus:
    ends = {end: labels[end] for end in (link.source, link.target)}
    if any(end.label is None for end in ends.values()):
        return Consensus(None, "tie" if "tie" in {end.source for end in ends.values()} else "none", own)
    agreeing = [rater for rater in own if all(answers[rater].get(slug) == end.label for slug, end in ends.items())]
    label, source = _most_frequent([own[rater] for rater in agreeing])
    return Consensus(label, source, own)


def _most_frequent(answers: list[Answer]) -> tuple[Answer | None, Source]:
    """Return the answer that is more frequent than any other."""
    if len(answers) < 2:
        return (answers[0], "single") if answers else (None, "none")
    (answer, times), *others = Counter(answers).most_common(2)
    return (None, "tie") if others and others[0][1] == times else (answer, "majority")


def _of_choices(task: Task, answers: list[Answer]) -> tuple[Answer | None, Source]:
    """Return the choices in more than half of the answers; a tie if half of them have one, or no choice has more."""
    if len(answers) < 2:
        return _most_frequent(answers)
    times = {slug: sum(slug in answer for answer in answers if isinstance(answer, list)) for slug in task.slugs()}
    chosen: list[str] = [slug for slug, count in times.items() if 2 * count > len(answers)]
    tied = any(2 * count == len(answers) for count in times.values())
    return (None, "tie") if tied or not chosen else (chosen, "majority")


MAJORITY = ConsensusMethod(
    name="majority",
    summary="the most frequent answer; a tie leaves no label",
    labels=majority,
)
