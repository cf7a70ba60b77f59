"""Coefficients with weights for near misses: AC2, Fleiss, Brennan-Prediger and alpha."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.distances import Level
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.chance import chance_corrected, mean_shares
from agreement.statistics.intervals.estimates import Estimate, counts_of, undefined
from agreement.statistics.intervals.figures import NEGATIVE_VALUES
from agreement.statistics.measures.alpha import alphas
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.measures.weights import WEIGHTS, weights_of

Families = dict[str, dict[str, Estimate]]
ORDERED: frozenset[Level] = frozenset(("ordinal", "interval"))


def weighted(patterns: Patterns, weights: dict[str, Floats]) -> Families:
    """Return family -> name of the weights -> estimate.

    Each is (pa - pe) / (1 - pe) with the weighted pa of `chance.agreeing_share` and, with W the weights (V, V), T their
    sum and p the mean shares of the categories: fleiss pe = p'Wp; ac2 pe = T sum_c p_c (1 - p_c) / (V (V - 1));
    brennan_prediger pe = T / V^2. Alpha has the distances 1 - W. Source: Gwet 2014, chapters 3 and 4.
    """
    shares, categories = mean_shares(patterns), max(patterns.counts.shape[1], 1)
    table = np.stack(list(weights.values()))
    total = table.sum(axis=(1, 2))
    by_share = table @ shares
    others = categories * max(categories - 1, 1)
    chance = np.concatenate([by_share @ shares, total * (shares * (1 - shares)).sum() / others, total / categories**2])
    derivative = np.concatenate(
        [2 * by_share, np.outer(total / others, 1 - 2 * shares), np.zeros((len(table), len(shares)))]
    )
    found = chance_corrected(patterns, chance, derivative, np.concatenate([table, table, table]))
    families = ("fleiss", "ac2", "brennan_prediger")
    split = {
        family: dict(zip(weights, found[place * len(table) :], strict=False)) for place, family in enumerate(families)
    }
    return split | {"alpha": dict(zip(weights, alphas(patterns, 1 - table), strict=True))}


def of_ratings(ratings: Ratings) -> Families:
    """Return the weighted coefficients of ratings; they are computed once."""
    if "weighted" not in ratings.shared:
        ratings.shared["weighted"] = weighted(ratings.patterns, weights_of(positions(ratings)))
    return ratings.shared["weighted"]  # type: ignore[return-value]


def positions(ratings: Ratings) -> list[float]:
    """Return the numbers (V,) that the weights compare: those of the categories, or their places 1..V."""
    if ratings.level == "interval" and ratings.values is not None:
        return [float(value) for value in ratings.values]  # type: ignore[arg-type]
    return [float(place + 1) for place in range(ratings.categories)]


def _estimates(family: str, weights: str) -> Callable[[Ratings], list[Estimate]]:
    def estimates(ratings: Ratings) -> list[Estimate]:
        found = of_ratings(ratings)[family].get(weights)
        return [found or undefined(ratings.patterns, counts_of(ratings.patterns), NEGATIVE_VALUES)]

    return estimates


LABELS = {
    "ac2": gettext_noop("Gwet’s AC2, weighted"),
    "fleiss": gettext_noop("Fleiss’ kappa, weighted"),
    "brennan_prediger": gettext_noop("Brennan and Prediger’s kappa, weighted"),
    "alpha": gettext_noop("Alpha, weighted"),
}
FORMULAS = {
    "ac2": "(pa - pe) / (1 - pe), pe = T sum_c p_c (1 - p_c) / (V (V - 1)), T the sum of the weights",
    "fleiss": "(pa - pe) / (1 - pe), pe = p'Wp",
    "brennan_prediger": "(pa - pe) / (1 - pe), pe = T / V^2, T the sum of the weights",
    "alpha": "1 - (n - 1) sum v'Dv / (m - 1) / n'Dn, D = 1 - W",
}
WEIGHTED = [
    Measure(
        name=f"{family}_{weights}",
        label=label,
        estimates=_estimates(family, weights),
        formula=f"{FORMULAS[family]}; {weights} weights",
        source="Gwet 2014, Handbook of Inter-Rater Reliability, chapters 3 and 4",
        levels=ORDERED,
    )
    for family, label in LABELS.items()
    for weights in WEIGHTS
]
