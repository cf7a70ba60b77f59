"""The answers of co-annotators to the same utterances. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agreement.detectors.lines import Ints
from agreement.detectors.material import Answers, Bools, Codes, Floats, Material, distinct

MOST_VALUES = 64  # of a question; further sets of choices are one value


@dataclass(frozen=True)
class PeerAnswers:
    """The answers of raters of one kind to one question.

    Attributes:
        raters: P numbers of the raters.
        value: (P, N) from 0, -1 without an answer to compare; values are numbered by frequency.
    """

    raters: list[int]
    value: Codes

    @cached_property
    def width(self) -> int:
        """V, the number of values; 1 without any."""
        return max(1, int(self.value.max(initial=0)) + 1)

    @cached_property
    def counts(self) -> Answers:
        """(N, V) raters per value."""
        counts = np.zeros((self.value.shape[1], self.width), dtype=np.min_scalar_type(-len(self.raters) - 1))
        for own in self.value:
            rows = np.flatnonzero(own >= 0)
            counts[rows, own[rows]] += 1
        return counts

    @cached_property
    def number(self) -> Ints:
        """(N,) raters with an answer."""
        number: Ints = np.count_nonzero(self.value >= 0, axis=0)
        return number

    @cached_property
    def is_compared(self) -> bool:
        """Whether two raters answered the same utterance."""
        return len(self.raters) > 1 and bool((self.number > 1).any())

    def agreeing(self, place: int) -> tuple[Bools, Floats]:
        """Return (N,) whether a rater has others to compare with, and the share of the others who agree."""
        value = self.value[place]
        if not self.is_compared:
            return np.zeros(len(value), dtype=bool), np.zeros(len(value))
        compared = (value >= 0) & (self.number > 1)
        same = self.counts[np.arange(len(value)), np.maximum(value, 0)] - 1
        return compared, np.where(compared, same / np.maximum(self.number - 1, 1), 0.0)

    def others_mode(self, place: int) -> tuple[Bools, Ints]:
        """Return (N,) whether a rater has others, and the most frequent value of the others, the first at a tie."""
        value = self.value[place]
        if not self.is_compared:
            return np.zeros(len(value), dtype=bool), np.zeros(len(value), dtype=np.int64)
        compared = (value >= 0) & (self.number > 1)
        others = self.counts.copy()
        rows = np.flatnonzero(value >= 0)
        others[rows, value[rows]] -= 1
        return compared, others.argmax(axis=1)


def peer_answers(material: Material, question: str, kind: str, without: frozenset[int] = frozenset()) -> PeerAnswers:
    """Return the answers of the raters of a kind to a question; states such as *cannot judge* are no answers.

    Args:
        material: the corpus.
        question: slug.
        kind: of the raters.
        without: numbers of raters who count as without answers.
    """

    def read() -> PeerAnswers:
        raters = material.peers(kind)
        raw = material.values(question)[raters]
        value = _by_frequency(raw)
        value[[place for place, rater in enumerate(raters) if rater in without]] = -1
        return PeerAnswers(raters, value)

    return material.kept(("peers", question, kind, without), read)


def _by_frequency(raw: Answers) -> Codes:
    """Return numbers of values, 0 for the most frequent one, and -1 for states."""
    known, inverse, times = distinct(raw)
    number = np.full(len(known), -1, dtype=np.int16)
    usable = np.flatnonzero(known >= 0)
    ranked = usable[np.argsort(-times[usable], kind="stable")]
    number[ranked] = np.minimum(np.arange(len(ranked)), MOST_VALUES - 1)
    return number[inverse]


def agreement_scores(
    material: Material, place: int, kind: str, without: frozenset[int] = frozenset()
) -> tuple[Floats, Floats]:
    """Return (N,) the sum over questions of a rater's agreement with others beyond what is usual for the question and
    the others' answer, and (N,) the number of questions compared.

    Agreement is standardized per question and item class (the most frequent answer of the others), so utterances that
    are hard for everybody do not weigh more than others.
    """

    def score() -> tuple[Floats, Floats]:
        total, weight = np.zeros(len(material)), np.zeros(len(material))
        for question in material.questions:
            answers = peer_answers(material, question, kind, without)
            if not answers.is_compared:
                continue
            compared, share = answers.agreeing(place)
            if not compared.any():
                continue
            _, mode = answers.others_mode(place)
            classes = mode[compared]
            times = np.bincount(classes)
            usual = np.bincount(classes, weights=share[compared]) / np.maximum(times, 1)
            total[compared] += share[compared] - usual[classes]
            weight[compared] += 1
        return total, weight

    return material.kept(("scores", place, kind, without), score)


def dialogue_order(material: Material, rater: int) -> Ints:
    """Return the dialogues of a rater in the order of work."""
    dialogues = material.dialogue[material.order(rater)]
    _, first = np.unique(dialogues, return_index=True)
    return dialogues[np.sort(first)]
