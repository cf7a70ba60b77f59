"""The answers of co-annotators to the same utterances. Pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agreement.detectors.material import Bools, Floats, Ints, Material

MOST_VALUES = 64  # of a question; further sets of choices are one value


class PeerAnswers(NamedTuple):
    """The answers of raters of one kind to one question.

    Attributes:
        raters: P numbers of the raters.
        value: (P, N) from 0, -1 without an answer to compare; values are numbered by frequency.
        counts: (N, V) raters per value.
        number: (N,) raters with an answer.
    """

    raters: list[int]
    value: Ints
    counts: Ints
    number: Ints

    def agreeing(self, place: int) -> tuple[Bools, Floats]:
        """Return (N,) whether a rater has others to compare with, and the share of the others who agree."""
        value = self.value[place]
        compared = (value >= 0) & (self.number > 1)
        same = self.counts[np.arange(len(value)), np.maximum(value, 0)] - 1
        return compared, np.where(compared, same / np.maximum(self.number - 1, 1), 0.0)

    def others_mode(self, place: int) -> tuple[Bools, Ints]:
        """Return (N,) whether a rater has others, and the most frequent value of the others, the first at a tie."""
        value = self.value[place]
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
        known, inverse, times = np.unique(raw, return_inverse=True, return_counts=True)
        number = np.full(len(known), -1, dtype=np.int64)
        usable = np.flatnonzero(known >= 0)
        ranked = usable[np.argsort(-times[usable], kind="stable")]
        number[ranked] = np.minimum(np.arange(len(ranked)), MOST_VALUES - 1)
        value = number[inverse.reshape(raw.shape)]
        value[[place for place, rater in enumerate(raters) if rater in without]] = -1
        width = max(1, int(value.max(initial=0)) + 1)
        counts = np.zeros((len(material), width), dtype=np.int64)
        for own in value:
            rows = np.flatnonzero(own >= 0)
            counts[rows, own[rows]] += 1
        return PeerAnswers(raters, value, counts, counts.sum(axis=1))

    return material.kept(("peers", question, kind, without), read)


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
