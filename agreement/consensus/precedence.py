"""Precedence: a decision comes before an accepted consensus, and that before the consensus method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agreement.consensus import sources
from agreement.consensus.method import Answer, Consensus
from corpus.rules.codebook import CANNOT_JUDGE


@dataclass(frozen=True, slots=True)
class Settled:
    """The decision on an utterance, or its accepted consensus.

    Attributes:
        source: `decision`, `accepted`, `undecidable` or `discussion`.
        answers: question slug -> answer, without those of questions that the codebook in use asks differently; None
            for `undecidable` and `discussion`.
    """

    source: str
    answers: Mapping[str, Answer] | None


def final_labels(
    labels: Mapping[str, Consensus], settled: Settled | None, *, is_incomplete: bool = False
) -> dict[str, Consensus]:
    """Return the labels of an utterance; the raters' answers and distributions stay.

    Args:
        labels: the consensus on every question.
        settled: the decision or accepted consensus, if there is one.
        is_incomplete: annotators are missing, and the utterance shall then have no label by a consensus method.
    """
    if settled is None and not is_incomplete:
        return dict(labels)
    found = {}
    for slug, each in labels.items():
        label, source = settled_label(settled, slug)
        found[slug] = replace(each, label=label, source=source)
    return found


def settled_label(settled: Settled | None, question: str) -> tuple[Answer | None, str]:
    """Return label and source of a question (its slug) by what settles its utterance; `None`: incomplete."""
    if settled is None:
        return None, sources.INCOMPLETE
    if settled.answers is None:
        return None, settled.source
    answer = settled.answers.get(question)
    if answer is None:
        return None, sources.INCOMPARABLE
    return (None, sources.UNDECIDABLE) if answer == CANNOT_JUDGE else (answer, settled.source)
