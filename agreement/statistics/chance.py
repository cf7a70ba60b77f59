"""Observed agreement, and its correction by the agreement that chance would give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from agreement.statistics.figures import Figure
from agreement.statistics.intervals import measured, undefined
from agreement.statistics.patterns import Floats, Patterns


def agreeing_share(patterns: Patterns) -> Floats:
    """Return the share (P,) of a pattern's rater pairs that agree; 0 with fewer than two ratings.

    sum_c v_c (v_c - 1) / (m (m - 1)), with v a pattern's counts and m = sum(v).
    """
    v, m = patterns.counts, patterns.ratings
    return divided(m >= 2, (v * (v - 1)).sum(axis=1), m * (m - 1))


def mean_shares(patterns: Patterns) -> Floats:
    """Return the mean share (V,) of each category within an utterance, over utterances with at least one rating."""
    m = patterns.ratings
    rated = patterns.times * (m > 0)
    within = patterns.counts / np.maximum(m, 1)[:, None]
    return np.asarray(rated @ within / max(rated.sum(), 1), dtype=float)


def chance_corrected(patterns: Patterns, chance: float, chance_by_share: Floats) -> Figure:
    """Return (pa - pe) / (1 - pe) with its interval; pa is the mean of `agreeing_share` over compared utterances.

    Args:
        patterns: of V categories.
        chance: pe, the agreement by chance.
        chance_by_share: (V,) derivative of pe by the categories' mean shares.
    """
    if np.count_nonzero(patterns.marginals()) < 2:
        return undefined(patterns)
    m, times = patterns.ratings, patterns.times
    compared, rated = m >= 2, m > 0
    n_compared, n_rated = times[compared].sum(), times[rated].sum()
    agreeing = agreeing_share(patterns)
    agreed = float(times @ agreeing / n_compared)
    within = patterns.counts / np.maximum(m, 1)[:, None]
    d_agreed = np.where(compared, agreeing - agreed, 0.0) / n_compared
    d_chance = np.where(rated, (within - mean_shares(patterns)) @ chance_by_share, 0.0) / n_rated
    influence = d_agreed / (1 - chance) - d_chance * (1 - agreed) / (1 - chance) ** 2
    return measured(patterns, (agreed - chance) / (1 - chance), influence)


def ratio(patterns: Patterns, part: Floats, whole: Floats, reason: str = "") -> Figure:
    """Return sum(part) / sum(whole) over utterances with its interval.

    Args:
        patterns: P of them.
        part: (P,) numerator of each utterance of a pattern.
        whole: (P,) denominator.
        reason: why the ratio is undefined if the denominators sum to 0.
    """
    total = float(patterns.times @ whole)
    if total == 0:
        return undefined(patterns, reason)
    value = float(patterns.times @ part) / total
    return measured(patterns, value, (part - value * whole) / total, floor=0.0)


def divided(mask: npt.NDArray[np.bool_], top: npt.ArrayLike, bottom: npt.ArrayLike) -> Floats:
    """Return top / bottom where `mask` holds, else 0; all (P,)."""
    return np.divide(top, bottom, out=np.zeros(len(mask)), where=mask)
