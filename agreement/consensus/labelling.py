"""Labels of an utterance from the answers of its raters: the rules that all methods share.

A task with several choices is decided choice by choice. A link is decided after the tasks, by the raters who share the
final ends. `cannot_judge` counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from agreement.consensus import sources
from agreement.consensus.method import Answer, Answers, Choice, Consensus, Decide, Item, Verdict
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, Link, Task, conditions

DIGITS = 6  # of probabilities in labels


def labels(codebook: Codebook, answers: Mapping[str, Answers], decide: Decide) -> dict[str, Consensus]:
    """Return the consensus on every question of the codebook, in its order; the result does not depend on the order
    of the raters.

    A link whose condition is known to fail for the final answers is `not_applicable`, by the source `not_asked`. If an
    end has no label, or its condition depends on a task without one, the source is `ends_not_settled`. Otherwise the
    values of the raters who gave the final answers of both ends are decided; if nobody did, the final answers are a
    combination that the codebook does not admit without a value, and the source is `not_admitted`. So is that of a
    task with several choices if no choice is left: the codebook admits no empty set.

    Args:
        codebook: the questions.
        answers: rater slug -> question slug -> answer, see `corpus.rules.codebook.answers`.
        decide: a fitted method.
    """
    found: dict[str, Consensus] = {}
    for question in codebook.questions:
        found[question.slug] = consensus_on(question, answers, found, decide)
    return found


def consensus_on(
    question: Task | Link, answers: Mapping[str, Answers], found: Mapping[str, Consensus], decide: Decide
) -> Consensus:
    """Return the consensus on one question; the arguments are those of `labels`.

    Args:
        question: a task or link.
        answers: of the raters, to all the questions of `questions_behind`.
        found: the consensus on the other questions of `questions_behind`.
        decide: a fitted method.
    """
    slug = question.slug
    own = {rater: answers[rater][slug] for rater in sorted(answers) if slug in answers[rater]}
    if isinstance(question, Link):
        return _of_link(question, own, answers, found, decide)
    return _of_task(question, own, decide)


def questions_behind(codebook: Codebook, question: Task | Link) -> list[Task | Link]:
    """Return the questions whose answers decide the label of a question, in the codebook's order; it is the last."""
    if not isinstance(question, Link):
        return [question]
    named = {slug for slug, _ in conditions.comparisons(question.condition)}
    return [*(task for task in codebook.tasks if task.slug in {question.source, question.target} | named), question]


def item_of(question: Task | Link) -> Item:
    """Return the item of a link or of a task with one choice."""
    return Item(question.slug, question.values if isinstance(question, Link) else question.slugs())


def items_of(task: Task) -> tuple[Item, ...]:
    """Return the items of a task with several choices, one per choice."""
    return tuple(Item(f"{task.slug}.{slug}", (False, True)) for slug in task.slugs())


def _of_task(task: Task, own: dict[str, Answer], decide: Decide) -> Consensus:
    counted = {rater: answer for rater, answer in own.items() if answer != CANNOT_JUDGE}
    if not counted:
        return Consensus(None, sources.CANNOT_JUDGE if own else sources.NONE, own)
    if task.many:
        return _of_choices(task, own, counted, decide)
    item = item_of(task)
    return _consensus(item, decide(item, _votes(counted)), own)


def _of_choices(task: Task, own: dict[str, Answer], counted: dict[str, Answer], decide: Decide) -> Consensus:
    """Return the choices that are decided to be given; without a label if one of them is not decided."""
    verdicts = {}
    for slug, item in zip(task.slugs(), items_of(task), strict=True):
        votes = {rater: isinstance(answer, list) and slug in answer for rater, answer in counted.items()}
        verdicts[slug] = decide(item, votes)
    chosen: list[str] = [slug for slug, verdict in verdicts.items() if verdict.answer]
    found = {verdict.source for verdict in verdicts.values()}
    undecided = [verdict.source for verdict in verdicts.values() if verdict.answer is None]
    shares = {slug: _rounded(verdict.distribution[1]) for slug, verdict in verdicts.items() if verdict.distribution}
    if undecided:
        return Consensus(None, undecided[0], own, shares or None)
    if not chosen:
        return Consensus(None, sources.NOT_ADMITTED, own, shares or None)
    others = [verdict.source for verdict in verdicts.values() if verdict.source != sources.UNANIMOUS]
    return Consensus(chosen, others[0] if others else min(found), own, shares or None)


def _of_link(
    link: Link,
    own: dict[str, Answer],
    answers: Mapping[str, Answers],
    found: Mapping[str, Consensus],
    decide: Decide,
) -> Consensus:
    if not own:
        return Consensus(None, sources.NONE, own)
    final = {slug: each.label for slug, each in found.items() if each.label is not None}
    if conditions.holds(["not", link.condition], final):  # known to fail, whatever the tasks without a label are
        return Consensus(NOT_APPLICABLE, sources.NOT_ASKED, own)
    ends = {slug: final.get(slug) for slug in (link.source, link.target)}
    if None in ends.values() or not conditions.holds(link.condition, final):
        return Consensus(None, sources.ENDS_NOT_SETTLED, own)
    shared = {
        rater: value
        for rater, value in own.items()
        if value != NOT_APPLICABLE and all(answers[rater].get(slug) == label for slug, label in ends.items())
    }
    if not shared:
        return Consensus(None, sources.NOT_ADMITTED, own)
    item = item_of(link)
    return _consensus(item, decide(item, _votes(shared)), own)


def _votes(answers: dict[str, Answer]) -> dict[str, Choice]:
    return {rater: answer for rater, answer in answers.items() if not isinstance(answer, list)}


def _consensus(item: Item, verdict: Verdict, own: dict[str, Answer]) -> Consensus:
    distribution = None
    if verdict.distribution is not None:
        distribution = {str(answer): _rounded(p) for answer, p in zip(item.answers, verdict.distribution, strict=True)}
    return Consensus(verdict.answer, verdict.source, own, distribution)


def _rounded(probability: float) -> float:
    return round(probability, DIGITS)
