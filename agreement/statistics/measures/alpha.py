"""Krippendorff's alpha, of a question and of each category."""

from __future__ import annotations

import numpy as np

from agreement.statistics.distances import Level, Values, fixed_distance
from agreement.statistics.figures import NEVER_USED, Figure
from agreement.statistics.intervals import measured, undefined
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.patterns import Patterns


def alpha(patterns: Patterns, level: Level = "nominal", values: Values | None = None) -> Figure:
    """Krippendorff's alpha with its interval.

    alpha = 1 - (n-1) * sum v'Dv/(m-1) / (n'Dn), with v a pattern's counts (V,), m = sum(v), sums over compared
    utterances (m >= 2), n_c how often category c occurs in them, n = sum n_c and D the distances of the categories:
    as in `distances.fixed_distance`, or (ordinal) squared differences of the mid-ranks
    t_c = n_1 + ... + n_(c-1) + n_c / 2. Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability (his
    ordinal metric is the interval metric on these mid-ranks).

    Args:
        patterns: counts (P, V), the columns in the order of the scale.
        level: level of measurement.
        values: (V,) as in `distances.fixed_distance`.
    """
    compared = patterns.ratings >= 2
    v, times = patterns.counts[compared].astype(float), patterns.times[compared].astype(float)
    per_pair = 1 / (v.sum(axis=1) - 1)
    marginals = times @ v
    n = marginals.sum()
    rank = np.cumsum(marginals) - marginals / 2
    distance = (rank[:, None] - rank) ** 2 if level == "ordinal" else fixed_distance(level, len(rank), values)
    within = ((v @ distance) * v).sum(axis=1) * per_pair
    observed, expected = times @ within, marginals @ distance @ marginals
    if not expected > 0:
        return undefined(patterns)
    by_observed = -(n - 1) / expected
    by_expected = (n - 1) * observed / expected**2
    by_marginal = -observed / expected + by_expected * 2 * (distance @ marginals)
    if level == "ordinal":  # the ranks move with the marginals
        pairs = (v * (times * per_pair)[:, None]).T @ v
        observed_by_rank = 4 * (pairs.sum(axis=1) * rank - pairs @ rank)
        expected_by_rank = 4 * marginals * (n * rank - marginals @ rank)
        rank_by_marginal = np.tri(len(rank)) - np.eye(len(rank)) / 2
        by_marginal += rank_by_marginal.T @ (by_observed * observed_by_rank + by_expected * expected_by_rank)
    influence = np.zeros(len(patterns.times))
    influence[compared] = by_observed * within + v @ by_marginal
    return measured(patterns, float(1 + by_observed * observed), influence)


def alpha_per_category(patterns: Patterns) -> list[Figure]:
    """Nominal alpha of each category against all others together, V figures.

    Source: Krippendorff 1980, p. 139.
    """
    return [
        alpha(patterns.one_vs_rest(category)) if used else undefined(patterns, NEVER_USED)
        for category, used in enumerate(patterns.marginals() > 0)
    ]


ALPHA = Measure(
    name="alpha",
    label=gettext_noop("Krippendorff’s alpha"),
    compute=lambda ratings: [alpha(ratings.patterns, ratings.level, ratings.values)],
)
ALPHA_OF_LABEL = Measure(
    name="alpha_of_label",
    key="alpha",
    label=gettext_noop("Alpha against the rest"),
    compute=lambda ratings: alpha_per_category(ratings.patterns),
    scope="category",
)
