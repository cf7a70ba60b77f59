"""Decisions and accepted consensus, as labels read them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from agreement.consensus import sources
from agreement.consensus.precedence import Settled
from agreement.judgements.reader import JudgementReader
from agreement.models import AcceptedConsensus, Decision, Outcome

SOURCES = {Outcome.UNDECIDABLE: sources.UNDECIDABLE, Outcome.DISCUSSION: sources.DISCUSSION}


class SettledUtterances(NamedTuple):
    """The settled utterances of some dialogues.

    Attributes:
        by_utterance: primary key -> decision, or accepted consensus where there is no decision.
        to_review: primary keys of those whose answers have changed since their decision; it stands all the same.
    """

    by_utterance: dict[int, Settled]
    to_review: frozenset[int]


def settled_utterances(dialogues: Iterable[int], reader: JudgementReader) -> SettledUtterances:
    """Return what settles the utterances of dialogues (primary keys), in the codebook version of a reader.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    keys = list(dialogues)
    answers = cache(reader.comparable_answers)
    accepted = AcceptedConsensus.objects.filter(utterance__dialogue__in=keys, ended_at__isnull=True)
    found = {
        utterance: Settled(sources.ACCEPTED, answers(bytes(codes), version))
        for utterance, codes, version in accepted.values_list("utterance_id", "codes", "codebook_id")
    }
    decisions = Decision.objects.filter(utterance__dialogue__in=keys).exclude(outcome=Outcome.NONE)
    to_review = set()
    columns = ("utterance_id", "codes", "codebook_id", "outcome", "needs_review")
    for utterance, codes, version, outcome, needs_review in decisions.values_list(*columns):
        if outcome == Outcome.PROFILE:
            found[utterance] = Settled(sources.DECISION, answers(bytes(codes or b""), version))
        else:
            found[utterance] = Settled(SOURCES[Outcome(outcome)], None)
        if needs_review:
            to_review.add(utterance)
    return SettledUtterances(found, frozenset(to_review))
