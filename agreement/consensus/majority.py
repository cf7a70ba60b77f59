"""One label per question from the answers of several raters. Pure: reads no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from corpus.rules.codebook import CANNOT_JUDGE, Codebook, Link, Task

Value = str | int | list[str]
Source = Literal["majority", "tie", "single", "none"]


@dataclass(frozen=True, slots=True)
class Consensus:
    """What raters say together.

    Attributes:
        label: the value that most raters gave; None where there is none. A link's may be `not_applicable`.
        source: `majority` (given by more raters than any other value), `single` (only one rater's answer counts),
            `tie` (no value is ahead; a link's: or one of its ends is tied) or `none` (no answer counts).
        votes: rater slug -> value as it was given, in the order of the slugs, whether it counts or not.
    """

    label: Value | None
    source: Source
    votes: dict[str, Value]


def consensus(codebook: Codebook, votes: Mapping[str, Mapping[str, Any]]) -> dict[str, Consensus]:
    """Return the consensus on every question of the codebook, tasks first.

    A task: the value with the most votes; `cannot_judge` is no vote. Where a task takes many choices, each choice is
    voted on by itself and has to be given by more than half. A link: the value with the most votes among the raters
    who themselves gave the final labels of both its ends, for only they judged the relation of these two.

    Args:
        codebook: whose questions are asked for.
        votes: rater slug -> answers (question slug -> value), see `corpus.rules.codebook.answers`.
    """
    raters = sorted(votes)
    found: dict[str, Consensus] = {}
    for question in codebook.questions:
        given = {rater: votes[rater][question.slug] for rater in raters if question.slug in votes[rater]}
        found[question.slug] = (
            _on_task(question, given) if isinstance(question, Task) else _on_link(question, given, votes, found)
        )
    return found


def _on_task(task: Task, given: dict[str, Value]) -> Consensus:
    ballots = [value for value in given.values() if value != CANNOT_JUDGE]
    label, source = _many(task, ballots) if task.many else _most(ballots)
    return Consensus(label, source, given)


def _on_link(
    link: Link, given: dict[str, Value], votes: Mapping[str, Mapping[str, Any]], found: Mapping[str, Consensus]
) -> Consensus:
    ends = {end: found[end] for end in (link.source, link.target)}
    if any(end.label is None for end in ends.values()):
        return Consensus(None, "tie" if "tie" in {end.source for end in ends.values()} else "none", given)
    sharing = [rater for rater in given if all(votes[rater].get(slug) == end.label for slug, end in ends.items())]
    label, source = _most([given[rater] for rater in sharing])
    return Consensus(label, source, given)


def _most(ballots: list[Value]) -> tuple[Value | None, Source]:
    """The one value that more ballots name than any other."""
    if len(ballots) < 2:
        return (ballots[0], "single") if ballots else (None, "none")
    (value, times), *others = Counter(ballots).most_common(2)
    return (None, "tie") if others and others[0][1] == times else (value, "majority")


def _many(task: Task, ballots: list[Value]) -> tuple[Value | None, Source]:
    """The choices that more than half of the ballots name; a tie where half of them name one, or none has more."""
    if len(ballots) < 2:
        return _most(ballots)
    named = {slug: sum(slug in ballot for ballot in ballots if isinstance(ballot, list)) for slug in task.slugs()}
    chosen: list[str] = [slug for slug, times in named.items() if 2 * times > len(ballots)]
    tied = any(2 * times == len(ballots) for times in named.values())
    return (None, "tie") if tied or not chosen else (chosen, "majority")
