"""Detector: two raters too similar in their deviations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind
from agreement.detectors.lines import Ints
from agreement.detectors.material import MEMBER, Floats, Material
from agreement.detectors.peers import peer_answers
from agreement.detectors.tails import poisson_tail

LEAST_DIALOGUES = 20
LEAST_EXPECTED = 2.0  # differences that a dialogue must let expect to count
CAUTION = 1.5  # times as many identical dialogues as expected are no evidence
SHAPES = (1.5, 30.0)  # bounds of the estimate of how differently dialogues behave
LEAST_COPIED = 5
SEVERE_SHARE = 0.05


class Pair(NamedTuple):
    """Two raters over the dialogues they share: expected and found differences (G,), and the dialogues (G,)."""

    one: int
    other: int
    expected: Floats
    found: Ints
    dialogues: Ints
    shape: float


class CopiedAnswers(Kind):
    """Finds pairs of raters with many dialogues without a single difference where raters do differ.

    Answer-copying index: only contested answers count, that is those on which not all raters agree; there a pair's
    probability to differ is estimated per question, so neither easy utterances nor a third rater who often stands alone
    makes two raters look alike. The number of differences in a dialogue is negative binomial, with a spread between
    dialogues as estimated from the pairs of the corpus; the index is the number of dialogues without any.
    """

    name = "copied_answers"
    summary = _("pairs of annotators whose answers are too similar")
    case = _(
        "with %(other)s: %(identical)s of %(compared)s contested dialogues without a single difference; "
        "%(expected)s expected"
    )
    null = _(
        "the two answer independently: in contested answers they differ as often as this pair does for the question, "
        "with the spread between dialogues of the other pairs; the number of dialogues without a difference, over all "
        "pairs"
    )
    is_test = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per pair."""
        pairs = _pairs(material)
        for place, pair in enumerate(pairs):
            shape = min((each.shape for number, each in enumerate(pairs) if number != place), default=pair.shape)
            counts = pair.expected >= LEAST_EXPECTED
            chance = (1 + pair.expected[counts] / shape) ** -shape
            same = pair.dialogues[counts][pair.found[counts] == 0]
            if len(same) < LEAST_COPIED:
                continue
            later, earlier = _later(material, pair, same)
            rows = np.flatnonzero(np.isin(material.dialogue, same) & material.given[later])
            share = len(rows) / len(material.order(later))
            yield Detection(
                rows={"dialogues": sorted(material.lines.dialogues(np.unique(material.dialogue[rows])))},
                extent_count=len(rows),
                extent_share=share,
                severity="severe" if share >= SEVERE_SHARE else "warning",
                rater=material.raters[later].slug,
                evidence={
                    "other": material.raters[earlier].slug,
                    "identical": len(same),
                    "compared": int(counts.sum()),
                    "expected": f"{chance.sum():.1f}",
                },
                p_value=min(1.0, len(pairs) * poisson_tail(len(same), CAUTION * float(chance.sum()))),
                identity=material.raters[earlier].slug,
            )


def _pairs(material: Material) -> list[Pair]:
    contested = {}
    for question in material.questions:
        answers = peer_answers(material, question, MEMBER)
        rows = np.flatnonzero((answers.number > 2) & (answers.counts.max(axis=1) < answers.number))
        contested[question] = (answers.value[:, rows], material.dialogue[rows])
    found = []
    for one, other in combinations(range(len(material.peers())), 2):
        differences, expected = np.zeros(material.dialogues), np.zeros(material.dialogues)
        variance = np.zeros(material.dialogues)
        for values, dialogue in contested.values():
            both = (values[one] >= 0) & (values[other] >= 0)
            if not both.any():
                continue
            differ = values[one, both] != values[other, both]
            share, places = float(differ.mean()), dialogue[both]
            times = np.bincount(places, minlength=material.dialogues)
            differences += np.bincount(places, weights=differ, minlength=material.dialogues)
            expected += share * times
            variance += share * (1 - share) * times
        used = np.flatnonzero(expected)
        if len(used) < LEAST_DIALOGUES:
            continue
        excess = float((((differences - expected) ** 2 - variance)[used]).sum())
        shape = float(np.clip((expected[used] ** 2).sum() / max(excess, 1e-9), *SHAPES))
        raters = material.peers()
        found.append(Pair(raters[one], raters[other], expected[used], differences[used].astype(np.int64), used, shape))
    return found


def _later(material: Material, pair: Pair, dialogues: Ints) -> tuple[int, int]:
    """Return the rater who answered these dialogues later, in most of them, and the other one."""
    rows = np.flatnonzero(np.isin(material.dialogue, dialogues))
    later = (material.moment[pair.one, rows] > material.moment[pair.other, rows]).mean() > 0.5
    return (pair.one, pair.other) if later else (pair.other, pair.one)
