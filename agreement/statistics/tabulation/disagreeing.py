"""Disagreement of each dialogue."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.patterns import Patterns

BINS = 11  # no disagreement, up to 10 %, up to 20 %, ... up to 100 %


class Disagreement(NamedTuple):
    """Pairs of answers in each of G dialogues.

    Attributes:
        pairs: (G,) number of pairs of answers to one utterance.
        differing: (G,) number of those with different answers.
    """

    pairs: Floats
    differing: Floats


def disagreement_of(patterns: Patterns) -> Disagreement:
    """Return the pairs of answers in each dialogue, and how many of them differ."""
    v, m = patterns.counts, patterns.ratings
    pairs = m * (m - 1) / 2
    differing = pairs - (v * (v - 1)).sum(axis=1) / 2
    sums = patterns.sums(np.stack([pairs, differing], axis=1))
    return Disagreement(sums[:, 0], sums[:, 1])


def histogram(found: Disagreement) -> list[int]:
    """Return the number of dialogues (`BINS`,) by their share of differing pairs; the first bin is exactly none."""
    compared = found.pairs > 0
    share = found.differing[compared] / found.pairs[compared]
    place = np.where(share > 0, np.minimum(np.ceil(share * (BINS - 1) - 1e-9), BINS - 1), 0).astype(np.int64)
    counted: list[int] = np.bincount(place, minlength=BINS).tolist()
    return counted


def excess(found: Disagreement) -> Floats:
    """Return (G,) by how many standard deviations the differing pairs of a dialogue exceed the mean share.

    (d - n p) / sqrt(n p (1 - p)): orders dialogues of different lengths; it is no test, since pairs depend on one
    another.
    """
    mean = found.differing.sum() / max(found.pairs.sum(), 1)
    spread = np.sqrt(np.maximum(found.pairs * mean * (1 - mean), 1e-12))
    return np.asarray(np.where(found.pairs > 0, (found.differing - found.pairs * mean) / spread, -np.inf))
