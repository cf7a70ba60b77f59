"""The disagreement of the answers to one question of one utterance, relative to that expected by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement.statistics.answers.distances import Level, Values, fixed_distance
from agreement.statistics.answers.patterns import Floats, Ints


def pair_weights(level: Level, counts: Ints, values: Values | None = None) -> Floats:
    """Return the disagreement (V, V) of each pair of answers.

    w(a, b) = d(a, b) / E * (I(a) + I(b)) / (2 H). d is the distance of Krippendorff's alpha for the level, and E its
    expectation for two answers drawn from the corpus, so that questions with different scales can be added: the
    disagreement of two answers drawn by chance is 1 on average. I(c) = -log2 p(c) is the information of an answer and H
    its mean, so a disagreement about a rare answer weighs more than one about frequent ones. p is smoothed by 1 / 2 per
    answer, since an answer that nobody has given yet is possible.

    Args:
        level: level of measurement.
        counts: (V,) how often each answer was given.
        values: as in `distances.fixed_distance`.
    """
    given = counts.astype(float)
    rank = np.cumsum(given) - given / 2
    distance = (rank[:, None] - rank) ** 2 if level == "ordinal" else fixed_distance(level, len(counts), values)
    share = (given + 0.5) / (given.sum() + 0.5 * len(given)) if len(given) else given
    information = -np.log2(share)
    mean = float(share @ information)
    expected = float(share @ distance @ share)
    if not (mean > 0 and expected > 0):
        return np.asarray(1 - np.eye(len(counts)))
    rarity = (information[:, None] + information) / (2 * mean)
    return np.asarray(distance / expected * rarity)


def disagreement(weights: Floats, codes: Sequence[int]) -> float:
    """Return the mean weight of all pairs of answers; 0 for fewer than two.

    Args:
        weights: (V, V) as `pair_weights` returns them.
        codes: of the answers.
    """
    pairs = [weights[one, other] for place, one in enumerate(codes) for other in codes[:place]]
    return float(sum(pairs) / len(pairs)) if pairs else 0.0
