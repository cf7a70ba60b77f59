"""Krippendorff's alpha, of a question and of each category."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.distances import Level, Values, fixed_distance
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import rare_answers
from agreement.statistics.intervals.estimates import Estimate, counts_of, undefined
from agreement.statistics.intervals.figures import NEVER_USED
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.measures.specific_agreement import counts_of_categories


def alpha(patterns: Patterns, level: Level = "nominal", values: Values | None = None) -> Estimate:
    """Krippendorff's alpha.

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
    if level != "ordinal":
        distance = fixed_distance(level, patterns.counts.shape[1], values)
        return alphas(patterns, distance[None])[0]
    marginals = patterns.marginals().astype(float)
    rank = np.cumsum(marginals) - marginals / 2
    return alphas(patterns, ((rank[:, None] - rank) ** 2)[None], rank=rank)[0]


def alphas(patterns: Patterns, distances: Floats, *, rank: Floats | None = None) -> list[Estimate]:
    """Return K alphas of the same answers, one for each table of distances (K, V, V).

    Args:
        patterns: counts (P, V).
        distances: of the categories.
        rank: (V,) mid-ranks whose squared differences the distances are; they move with the marginals.
    """
    counts = counts_of(patterns)
    compared = patterns.compared
    v, times = patterns.counts[compared].astype(float), patterns.times[compared].astype(float)
    per_pair = 1 / (v.sum(axis=1) - 1)
    marginals = times @ v
    n = marginals.sum()
    within = ((v @ distances) * v).sum(axis=-1) * per_pair
    by_category = distances @ marginals
    observed, expected = within @ times, by_category @ marginals
    rare = rare_answers(patterns)
    found = []
    for each, d, row, own, whole in zip(
        distances, by_category, within, observed.tolist(), expected.tolist(), strict=True
    ):
        if not whole > 0:
            found.append(undefined(patterns, counts))
            continue
        by_observed = -(n - 1) / whole
        by_expected = (n - 1) * own / whole**2
        by_marginal = -own / whole + by_expected * 2 * d
        if rank is not None:
            pairs = (v * (times * per_pair)[:, None]).T @ v
            observed_by_rank = 4 * (pairs.sum(axis=1) * rank - pairs @ rank)
            expected_by_rank = 4 * marginals * (n * rank - marginals @ rank)
            rank_by_marginal = np.tri(len(rank)) - np.eye(len(rank)) / 2
            by_marginal = by_marginal + rank_by_marginal.T @ (
                by_observed * observed_by_rank + by_expected * expected_by_rank
            )
        influence = np.zeros(len(patterns.times))
        influence[compared] = by_observed * row + v @ by_marginal
        used = marginals > 0
        farthest = float(each[np.ix_(used, used)].max())
        loss = -by_observed * min(2.0 * rare, n) * farthest
        found.append(
            Estimate(float(1 + by_observed * own), "", patterns, influence, counts, loss=float(loss), size=float(rare))
        )
    return found


def alpha_per_category(patterns: Patterns) -> list[Estimate]:
    """Nominal alpha of each category against all others together, V estimates.

    1 - (n-1) * D_c / (n_c (n - n_c)) with D_c = sum v_c (m - v_c) / (m - 1). Source: Krippendorff 1980, p. 139.
    """
    m = np.where(patterns.compared, patterns.ratings, 0).astype(float)
    own = np.where(patterns.compared[:, None], patterns.counts, 0).astype(float)
    row = own * (m[:, None] - own) / np.maximum(m - 1, 1)[:, None]
    n, used, observed = float(patterns.times @ m), patterns.times @ own, patterns.times @ row
    expected = np.where((used > 0) & (used < n), used * (n - used), 1.0)
    lost = (n - 1) * observed / expected
    influence = lost / expected * (own * (n - 2 * used) + used * m[:, None]) - (n - 1) * row / expected
    influence -= observed / expected * m[:, None]
    fewer = np.minimum(used, n - used)
    losses = (n - 1) * np.minimum(fewer, n / 2) / expected
    return [
        undefined(patterns, counts, "" if n_used else NEVER_USED)
        if not n_used
        else undefined(patterns, counts)
        if n_used == n
        else Estimate(1 - lost[c], "", patterns, influence[:, c], counts, loss=losses[c], size=fewer[c])
        for c, (n_used, counts) in enumerate(zip(used.tolist(), counts_of_categories(patterns), strict=True))
    ]


ALPHA = Measure(
    name="alpha",
    label=gettext_noop("Krippendorff’s alpha"),
    estimates=lambda ratings: [alpha(ratings.patterns, ratings.level, ratings.values)],
    formula="1 - (n - 1) sum v'Dv / (m - 1) / n'Dn, D by the level of measurement",
    source="Krippendorff 2011, Computing Krippendorff's Alpha-Reliability",
)
ALPHA_OF_LABEL = Measure(
    name="alpha_of_label",
    key="alpha",
    label=gettext_noop("Alpha against the rest"),
    estimates=lambda ratings: alpha_per_category(ratings.patterns),
    formula="alpha, nominal, of one category and all others together",
    source="Krippendorff 1980, Content Analysis, p. 139",
    scope="category",
)
