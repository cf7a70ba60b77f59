"""Agreement of interchangeable raters, from label-count patterns.

In the formulas v is a pattern's counts (V,), m = sum(v) its ratings, and sums run over utterances, that is over
patterns times their frequency. "Compared" utterances are those with m >= 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from agreement.statistics.figures import NEVER_USED, Figure
from agreement.statistics.intervals import measured, undefined
from agreement.statistics.patterns import Floats, Patterns

Level = Literal["nominal", "ordinal", "interval", "sets"]
Values = Sequence[float] | Sequence[frozenset[str]]


def alpha(patterns: Patterns, level: Level = "nominal", values: Values | None = None) -> Figure:
    """Krippendorff's alpha with its interval.

    alpha = 1 - (n-1) * sum v'Dv/(m-1) / (n'Dn), with n_c how often label c occurs in compared utterances, n = sum n_c
    and D the distances of labels: 0/1 (nominal), squared of `values` (interval), squared of the mid-ranks
    t_c = n_1 + ... + n_(c-1) + n_c / 2 (ordinal), or as in `masi` (sets). Source: Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability (his ordinal metric is the interval metric on these mid-ranks).

    Args:
        patterns: counts (P, V), the columns in the order of the scale.
        level: how far apart labels are.
        values: (V,) numbers the labels stand for (interval; 0..V-1 if not given), or sets (sets, where they must be).
    """
    compared = patterns.ratings >= 2
    v, times = patterns.counts[compared].astype(float), patterns.times[compared].astype(float)
    per_pair = 1 / (v.sum(axis=1) - 1)
    marginals = times @ v
    n = marginals.sum()
    place = np.cumsum(marginals) - marginals / 2
    distance = (place[:, None] - place) ** 2 if level == "ordinal" else _fixed_distance(level, len(place), values)
    within = ((v @ distance) * v).sum(axis=1) * per_pair
    observed, expected = times @ within, marginals @ distance @ marginals
    if not expected > 0:
        return undefined(patterns)
    by_observed = -(n - 1) / expected
    by_expected = (n - 1) * observed / expected**2
    by_marginal = -observed / expected + by_expected * 2 * (distance @ marginals)
    if level == "ordinal":  # the ranks move with the marginals
        pairs = (v * (times * per_pair)[:, None]).T @ v
        observed_by_rank = 4 * (pairs.sum(axis=1) * place - pairs @ place)
        expected_by_rank = 4 * marginals * (n * place - marginals @ place)
        rank_by_marginal = np.tri(len(place)) - np.eye(len(place)) / 2
        by_marginal += rank_by_marginal.T @ (by_observed * observed_by_rank + by_expected * expected_by_rank)
    influence = np.zeros(len(patterns.times))
    influence[compared] = by_observed * within + v @ by_marginal
    return measured(patterns, float(1 + by_observed * observed), influence)


def _fixed_distance(level: Level, labels: int, values: Values | None) -> Floats:
    """(V, V) distances that do not depend on how often the labels occur."""
    if level == "nominal":
        return 1 - np.eye(labels)
    given = range(labels) if values is None else values
    if level == "sets":
        return np.array([[masi(one, other) for other in given] for one in given])  # type: ignore[arg-type]
    place = np.asarray(given, dtype=float)
    return np.asarray((place[:, None] - place) ** 2)


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the distance 1 - J * M of two sets of labels, from 0 to 1.

    J is the share of their common labels in all of theirs; M is 1 for equal sets, 2/3 where one holds the other, 1/3
    where they overlap, 0 where they don't. Two empty sets are equal. Source: Passonneau 2006.
    """
    if one == other:
        return 0.0
    alike = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - len(one & other) / len(one | other) * alike


def alpha_per_label(patterns: Patterns) -> list[Figure]:
    """Nominal alpha of each label against all others together, V figures (Krippendorff 1980, p. 139)."""
    return [
        alpha(patterns.one_vs_rest(label)) if used else undefined(patterns, NEVER_USED)
        for label, used in enumerate(patterns.marginals() > 0)
    ]


def specific_agreement(patterns: Patterns) -> list[Figure]:
    """If one rater gives the label, how likely does another: V figures.

    o_cc / n_c with o_cc = sum v_c (v_c - 1) / (m - 1) and n_c = sum v_c over compared utterances; 2a/(2a+b+c) for two
    raters. Source: Cicchetti & Feinstein 1990; de Vet et al. 2013.
    """
    return [_specific(patterns, label) for label in range(patterns.counts.shape[1])]


def _specific(patterns: Patterns, label: int) -> Figure:
    own, m = patterns.counts[:, label].astype(float), patterns.ratings
    again = _where(m >= 2, own * (own - 1), m - 1)
    return _ratio(patterns, again, np.where(m >= 2, own, 0.0), reason=NEVER_USED)


def percent(patterns: Patterns) -> Figure:
    """Mean over compared utterances of the share of rater pairs that agree (Gwet 2014; irrCAC).

    mean of sum_c v_c (v_c - 1) / (m (m - 1)). Every utterance counts the same, however many rated it.
    """
    m = patterns.ratings
    return _ratio(patterns, _agreeing(patterns), (m >= 2).astype(float))


def percent_pooled(patterns: Patterns) -> Figure:
    """One minus the observed disagreement of alpha: utterances weigh as much as they have ratings (DKPro)."""
    m = patterns.ratings
    return _ratio(patterns, _agreeing(patterns) * m, np.where(m >= 2, m, 0).astype(float))


def fleiss(patterns: Patterns) -> Figure:
    """Fleiss' kappa in Gwet's form, which takes missing ratings and equals Fleiss 1971 where none is missing.

    (pa - pe) / (1 - pe): pa as in `percent`, pe = sum_c p_c^2 with p_c the mean of v_c / m over all utterances with at
    least one rating. For two raters this is Scott's pi. Source: Fleiss 1971; Gwet 2014, chapter 2.
    """
    shares = _shares(patterns)
    return _chance_corrected(patterns, float((shares**2).sum()), 2 * shares)


def ac1(patterns: Patterns) -> Figure:
    """Gwet's AC1: as `fleiss`, with pe = sum_c p_c (1 - p_c) / (V - 1) (Gwet 2008). V counts unused labels too."""
    shares, others = _shares(patterns), max(patterns.counts.shape[1] - 1, 1)
    return _chance_corrected(patterns, float((shares * (1 - shares)).sum() / others), (1 - 2 * shares) / others)


def prevalence(patterns: Patterns) -> list[float]:
    """Share of each label among all ratings of compared utterances, (V,); zeros where there are none."""
    marginals = patterns.marginals()
    return [float(share) for share in marginals / max(int(marginals.sum()), 1)]


def _agreeing(patterns: Patterns) -> Floats:
    """(P,) share of a pattern's rater pairs that agree; 0 with fewer than two ratings."""
    v, m = patterns.counts, patterns.ratings
    return _where(m >= 2, (v * (v - 1)).sum(axis=1), m * (m - 1))


def _shares(patterns: Patterns) -> Floats:
    """(V,) mean share of each label within an utterance, over utterances with at least one rating."""
    m = patterns.ratings
    rated = patterns.times * (m > 0)
    within = patterns.counts / np.maximum(m, 1)[:, None]
    return np.asarray(rated @ within / max(rated.sum(), 1), dtype=float)


def _chance_corrected(patterns: Patterns, chance: float, chance_by_share: Floats) -> Figure:
    """(pa - pe) / (1 - pe) and its interval, given pe and its derivative (V,) by the labels' shares."""
    if np.count_nonzero(patterns.marginals()) < 2:
        return undefined(patterns)
    m, times = patterns.ratings, patterns.times
    compared, rated = m >= 2, m > 0
    n_compared, n_rated = times[compared].sum(), times[rated].sum()
    agreeing = _agreeing(patterns)
    agreed = float(times @ agreeing / n_compared)
    within = patterns.counts / np.maximum(m, 1)[:, None]
    d_agreed = np.where(compared, agreeing - agreed, 0.0) / n_compared
    d_chance = np.where(rated, (within - _shares(patterns)) @ chance_by_share, 0.0) / n_rated
    influence = d_agreed / (1 - chance) - d_chance * (1 - agreed) / (1 - chance) ** 2
    return measured(patterns, (agreed - chance) / (1 - chance), influence)


def _ratio(patterns: Patterns, part: Floats, whole: Floats, reason: str = "") -> Figure:
    """sum(part) / sum(whole) over utterances, both (P,), with its interval."""
    total = float(patterns.times @ whole)
    if total == 0:
        return undefined(patterns, reason)
    value = float(patterns.times @ part) / total
    return measured(patterns, value, (part - value * whole) / total, floor=0.0)


def _where(mask: npt.NDArray[np.bool_], top: npt.ArrayLike, bottom: npt.ArrayLike) -> Floats:
    """top / bottom where `mask` holds, else 0."""
    return np.divide(top, bottom, out=np.zeros(len(mask)), where=mask)
