"""Sources: how a label came about, or why there is none; for a question and for a whole utterance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from agreement.consensus.method import Consensus

DECISION = "decision"  # an adjudicator decided
ACCEPTED = "accepted"  # the consensus was accepted in bulk
UNANIMOUS = "unanimous"  # all raters whose answers count gave it, at least two
MAJORITY = "majority"  # more raters gave it than any other
THRESHOLD = "threshold"  # the required share of the raters gave it
DAWID_SKENE = "dawid_skene"  # the most probable one by the model of Dawid and Skene
SINGLE = "single"  # only one rater's answer counts
NOT_ASKED = "not_asked"  # the link is not asked of the final answers

NOT_ADMITTED = "not_admitted"  # the consensus on the questions is a profile that the codebook does not admit
TIE = "tie"  # no answer has more support than any other
BELOW_THRESHOLD = "below_threshold"  # fewer raters than required gave the most frequent answer
NOT_UNANIMOUS = "not_unanimous"  # the raters disagree
ENDS_NOT_SETTLED = "ends_not_settled"  # an end of the link, or a task of its condition, has no label
CANNOT_JUDGE = "cannot_judge"  # all raters who answered could not judge
DISCUSSION = "discussion"  # an adjudicator wants to discuss it
UNDECIDABLE = "undecidable"  # an adjudicator found that it cannot be decided
INCOMPARABLE = "incomparable"  # decided under a codebook version that asks the question differently
INCOMPLETE = "incomplete"  # not all k annotators have labelled the utterance
NONE = "none"  # nobody answered

# The order in which one source stands for an utterance: the first of them that one of its questions has.
OPEN = (
    NOT_ADMITTED,
    TIE,
    BELOW_THRESHOLD,
    NOT_UNANIMOUS,
    CANNOT_JUDGE,
    ENDS_NOT_SETTLED,
    DISCUSSION,
    UNDECIDABLE,
    INCOMPARABLE,
    INCOMPLETE,
    NONE,
)
SETTLED = (DECISION, ACCEPTED, SINGLE, DAWID_SKENE, THRESHOLD, MAJORITY, UNANIMOUS, NOT_ASKED)
SOURCES = (*SETTLED, *OPEN)

FOR_ADJUDICATORS = frozenset(
    {NOT_ADMITTED, TIE, BELOW_THRESHOLD, NOT_UNANIMOUS, CANNOT_JUDGE, ENDS_NOT_SETTLED, DISCUSSION}
)


@dataclass(frozen=True, slots=True)
class Need:
    """The reason why an utterance needs a decision.

    Attributes:
        reason: a source of `FOR_ADJUDICATORS`.
        questions: slugs of the questions that are not settled, in the codebook's order.
    """

    reason: str
    questions: tuple[str, ...]


def settled_by(labels: Mapping[str, Consensus]) -> str:
    """Return the source that stands for a whole utterance, as its labels have it.

    The first of `OPEN` that a question has, else the first of `SETTLED`: an utterance counts as settled only if all
    its questions are, and by the weakest means among them. A method from outside with a source of its own is named by
    that source.

    Args:
        labels: question slug -> consensus, of every question.
    """
    return weakest({each.source for each in labels.values()})


def weakest(found: Collection[str]) -> str:
    """Return which of the sources of an utterance's questions stands for all of them, see `settled_by`."""
    unknown = sorted(set(found) - set(SOURCES))
    is_open = [source for source in OPEN if source in found]
    return (is_open or unknown or [source for source in SETTLED if source in found] or [NONE])[0]


def needs_adjudication(labels: Mapping[str, Consensus]) -> Need | None:
    """Return why an utterance needs a decision, or None if it does not.

    It does if the raters' answers leave a question without a label. It does not if nobody has answered, if annotators
    are still missing, or if an adjudicator found that it cannot be decided.

    Args:
        labels: question slug -> consensus, of every question, by the method of the corpus.
    """
    questions = tuple(slug for slug, each in labels.items() if each.source in FOR_ADJUDICATORS)
    return Need(settled_by(labels), questions) if questions else None
