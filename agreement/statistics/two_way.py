"""Intervals that also generalise over raters: for other annotators like these, and not for these alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.by_dialogues import score_interval
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.intervals.figures import Figure
from agreement.statistics.measures.measure import Measure

LEAST_RATERS = 3  # with two, leaving one out leaves nothing to compare
DEFAULT_FROM = 6  # raters; from here on the pages show this interval


def without_each(measure: Measure, rated: Ratings) -> list[Sequence[Estimate]]:
    """Return the estimates of a measure without each rater that has answers, in the order of their columns."""
    if "without" not in rated.shared:
        active = np.flatnonzero(rated.profiles.given.any(axis=0)).tolist()
        rated.shared["without"] = [rated.without(rater) for rater in active]
    rest: list[Ratings] = rated.shared["without"]  # type: ignore[assignment]
    return [measure.estimates(each) for each in rest]


def two_way(
    estimates: Sequence[Estimate], figures: Sequence[Figure], left: Sequence[Sequence[Estimate]]
) -> list[Figure]:
    """Return figures with their interval that also generalises over raters.

    The variance over dialogues is added to the jackknife variance over raters, (R-1)/R * sum (v_r - mean v)^2 with v_r
    the value without rater r (Efron & Stein 1981; it is conservative). Degrees of freedom: Satterthwaite 1946, with
    R - 1 for the raters. A figure without an interval, or without a value for some v_r, has none.

    Args:
        estimates: of a measure.
        figures: of the estimates.
        left: as `without_each` returns them.
    """
    raters = len(left)
    if raters < LEAST_RATERS:
        return list(figures)
    found = []
    for place, (estimate, figure) in enumerate(zip(estimates, figures, strict=True)):
        values = [each[place].value for each in left]
        known = [value for value in values if value is not None]
        if figure.low is None or figure.high is None or not figure.error or len(known) < raters:
            found.append(figure)
            continue
        between = (raters - 1) / raters * float(((np.array(known) - np.mean(known)) ** 2).sum())
        within = figure.error**2
        degrees = (within + between) ** 2 / (within**2 / max(figure.n_carriers - 1, 1) + between**2 / (raters - 1))
        low, high = score_interval(estimate, float(np.sqrt(within + between)), degrees)
        found.append(replace(figure, wide_low=min(low, figure.low), wide_high=max(high, figure.high)))
    return found
