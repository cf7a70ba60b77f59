"""Observed agreement, and its correction by the agreement that chance would give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.intervals.estimates import Estimate, counts_of, undefined


def agreeing_share(patterns: Patterns, weights: Floats | None = None) -> Floats:
    """Return the share (P,) of a pattern's rater pairs that agree; 0 with fewer than two ratings.

    sum_c v_c (r_c - 1) / (m (m - 1)), with v a pattern's counts, m = sum(v) and r = W v; W is the identity by default.

    Args:
        patterns: P of them, of V categories.
        weights: (V, V) from 0 to 1, or (K, V, V) for K shares (K, P) at once; 1 on the diagonal.
    """
    v, m = patterns.counts, patterns.ratings
    if weights is None:
        return divided(m >= 2, (v * (v - 1)).sum(axis=1), m * (m - 1))
    repeated = (v * (v @ weights - 1)).sum(axis=-1)
    possible = np.where(m >= 2, m * (m - 1), 1)
    return np.asarray(np.where(m >= 2, repeated, 0.0) / possible)


def mean_shares(patterns: Patterns) -> Floats:
    """Return the mean share (V,) of each category within an utterance, over utterances with at least one rating."""
    m = patterns.ratings
    rated = patterns.times * (m > 0)
    within = patterns.counts / np.maximum(m, 1)[:, None]
    return np.asarray(rated @ within / max(rated.sum(), 1), dtype=float)


def chance_corrected(
    patterns: Patterns, chance: Floats, chance_by_share: Floats, weights: Floats | None = None
) -> list[Estimate]:
    """Return K estimates (pa - pe) / (1 - pe); pa is the mean of `agreeing_share` over compared utterances.

    Args:
        patterns: of V categories.
        chance: (K,) pe, the agreement by chance.
        chance_by_share: (K, V) derivative of pe by the categories' mean shares.
        weights: (K, V, V) of agreement; the identity by default.
    """
    counts = counts_of(patterns)
    if np.count_nonzero(patterns.marginals()) < 2:
        return [undefined(patterns, counts)] * len(chance)
    m, times = patterns.ratings, patterns.times
    compared, rated = m >= 2, m > 0
    n_compared, n_rated = times[compared].sum(), times[rated].sum()
    agreeing = np.broadcast_to(agreeing_share(patterns, weights), (len(chance), len(times)))
    agreed = agreeing @ times / n_compared
    within = patterns.counts / np.maximum(m, 1)[:, None]
    d_agreed = np.where(compared, agreeing - agreed[:, None], 0.0) / n_compared
    d_chance = np.where(rated, chance_by_share @ (within - mean_shares(patterns)).T, 0.0) / n_rated
    rest = 1 - chance
    influence = d_agreed / rest[:, None] - d_chance * ((1 - agreed) / rest**2)[:, None]
    values = (agreed - chance) / rest
    worst = 1.0 if weights is None else 1 - weights.min(axis=(1, 2))
    losses = np.broadcast_to(worst * most_disagreeing(patterns) / rest, values.shape)
    size = float(rare_answers(patterns))
    return [
        Estimate(value, "", patterns, each, counts, loss=loss, size=size)
        for value, each, loss in zip(values.tolist(), influence, losses.tolist(), strict=True)
    ]


def rare_answers(patterns: Patterns) -> int:
    """Return the number of answers in compared utterances other than the most frequent one."""
    marginals = patterns.marginals()
    return int(marginals.sum() - marginals.max(initial=0))


def most_disagreeing(patterns: Patterns) -> float:
    """Return the share of pairs that differ if no answer but the most frequent one is ever repeated."""
    return min(1.0, 2 * rare_answers(patterns) / max(int(patterns.marginals().sum()), 1))


def ratio(patterns: Patterns, part: Floats, whole: Floats) -> Estimate:
    """Return the estimate sum(part) / sum(whole) over utterances.

    Args:
        patterns: P of them.
        part: (P,) numerator of each utterance of a pattern.
        whole: (P,) denominator.
    """
    counts = counts_of(patterns)
    total = float(patterns.times @ whole)
    if total == 0:
        return undefined(patterns, counts)
    value = float(patterns.times @ part) / total
    influence = (part - value * whole) / total
    return Estimate(value, "", patterns, influence, counts, size=float(counts.units), floor=0.0)


def divided(mask: npt.NDArray[np.bool_], top: npt.ArrayLike, bottom: npt.ArrayLike) -> Floats:
    """Return top / bottom where `mask` holds, else 0; all (P,)."""
    return np.divide(top, bottom, out=np.zeros(len(mask)), where=mask)
