"""Coefficients of two raters: Cohen's kappa, plain and weighted, Scott's pi; and Light's mean of Cohen's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from agreement.statistics.answers.dialogues import Floats, Ints
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.estimates import Counts, Estimate, counts_of, undefined
from agreement.statistics.intervals.figures import NO_VARIATION
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.measures.weighted import ORDERED, positions
from agreement.statistics.measures.weights import weights_of


@dataclass(frozen=True, slots=True)
class Pair:
    """What two raters gave to the utterances that both rated.

    Attributes:
        first, second: columns of the raters in the table of codes.
        table: (V, V) utterances by the category of the first rater (rows) and of the second (columns).
        counts: what was compared.
    """

    first: int
    second: int
    table: Ints
    counts: Counts


def pairs_of(ratings: Ratings) -> list[Pair]:
    """Return every pair of raters, in the order of their columns; computed once."""
    if "pairs" not in ratings.shared:
        ratings.shared["pairs"] = _pairs(ratings.profiles)
    return ratings.shared["pairs"]  # type: ignore[return-value]


def _pairs(profiles: Profiles) -> list[Pair]:
    codes, given, categories = profiles.codes, profiles.given, profiles.categories
    raters = list(combinations(range(codes.shape[1]), 2))
    tables, flags = [], []
    for first, second in raters:
        compared = given[:, first] & given[:, second]
        rows = np.flatnonzero(compared)
        cells = codes[rows, first] * categories + codes[rows, second]
        table = np.bincount(cells, weights=profiles.times[rows], minlength=categories**2)
        tables.append(table.reshape(categories, categories).astype(np.int64))
        marginals = tables[-1].sum(axis=0) + tables[-1].sum(axis=1)
        usual = int(marginals.argmax()) if categories else 0
        rare = compared & ((codes[:, first] != usual) | (codes[:, second] != usual))
        flags += [compared, rare, compared & (codes[:, first] != codes[:, second])]
    counted = profiles.having(np.stack(flags, axis=1)).reshape(-1, 3).tolist() if flags else []
    return [
        Pair(first, second, table, Counts(int(table.sum()), dialogues, 2, carriers, differing, compared))
        for (first, second), table, compared, (dialogues, carriers, differing) in zip(
            raters, tables, flags[::3], counted, strict=True
        )
    ]


def cohen(pair: Pair, profiles: Profiles, weights: Floats | None = None, *, pooled: bool = False) -> Estimate:
    """Cohen's kappa of two raters: (po - pe) / (1 - pe) over the utterances that both rated.

    po = sum w_ij p_ij, pe = sum w_ij p_i. p_.j. With `pooled` Scott's pi: both raters have the mean of their shares.
    Source: Cohen 1960; weighted Cohen 1968; Scott 1955.

    Args:
        pair: the raters.
        profiles: that the pair was counted in.
        weights: (V, V) of agreement; the identity by default.
        pooled: whether chance is that of Scott.
    """
    n = pair.counts.units
    if not n:
        return undefined(profiles, pair.counts)
    cells = pair.table / n
    w = np.eye(len(cells)) if weights is None else weights
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    if pooled:
        rows = columns = (rows + columns) / 2
    by_row, by_column = w @ columns, w.T @ rows
    agreed, chance = float((w * cells).sum()), float(rows @ w @ columns)
    marginals = pair.table.sum(axis=0) + pair.table.sum(axis=1)
    if np.count_nonzero(marginals) < 2 or 1 - chance < 1e-12:
        return undefined(profiles, pair.counts, NO_VARIATION)
    if pooled:
        by_row = by_column = (by_row + by_column) / 2
    value = (agreed - chance) / (1 - chance)
    by_cell = (w - agreed) / (1 - chance) - (by_row[:, None] + by_column - 2 * chance) * (1 - agreed) / (
        1 - chance
    ) ** 2
    compared = np.flatnonzero(pair.counts.compared)
    influence = np.zeros(len(profiles.times))
    influence[compared] = by_cell[profiles.codes[compared, pair.first], profiles.codes[compared, pair.second]] / n
    rare = int(marginals.sum() - marginals.max())
    loss = float((1 - w.min()) * min(1.0, 2 * rare / marginals.sum()) / (1 - chance))
    return Estimate(value, "", profiles, influence, pair.counts, loss=loss, size=float(rare))


def light(ratings: Ratings) -> Estimate:
    """Light's kappa: the mean of Cohen's kappas of all pairs of raters that have one. Source: Light 1971."""
    patterns, profiles = ratings.patterns, ratings.profiles
    counts = counts_of(patterns)
    kappas = [each for each in _plain(ratings) if each.value is not None and each.influence is not None]
    if not kappas:
        return undefined(patterns, counts)
    value = float(np.mean([each.value for each in kappas if each.value is not None]))
    influence = np.mean([each.influence for each in kappas if each.influence is not None], axis=0)
    compared = profiles.given.sum(axis=1) >= 2
    by_profile = Counts(counts.units, counts.dialogues, counts.raters, counts.carriers, counts.disagreeing, compared)
    loss, size = max(each.loss for each in kappas), max(each.size for each in kappas)
    return Estimate(value, "", profiles, influence, by_profile, loss=loss, size=size)


def _plain(ratings: Ratings) -> list[Estimate]:
    if "cohen" not in ratings.shared:
        ratings.shared["cohen"] = [cohen(pair, ratings.profiles) for pair in pairs_of(ratings)]
    return ratings.shared["cohen"]  # type: ignore[return-value]


def _weighted(name: str) -> Callable[[Ratings], list[Estimate]]:
    def estimates(ratings: Ratings) -> list[Estimate]:
        weights = weights_of(positions(ratings))[name]
        return [cohen(pair, ratings.profiles, weights) for pair in pairs_of(ratings)]

    return estimates


COHEN = Measure(
    name="cohen",
    key="kappa",
    label=gettext_noop("Cohen’s kappa"),
    estimates=_plain,
    formula="(po - pe) / (1 - pe), pe = sum_c p_c. p_.c",
    source="Cohen 1960, Educational and Psychological Measurement 20",
    scope="pair",
)
COHEN_WEIGHTED = [
    Measure(
        name=f"cohen_{weights}",
        label=gettext_noop("Cohen’s kappa, weighted"),
        estimates=_weighted(weights),
        formula=f"(po - pe) / (1 - pe), po = sum w_ij p_ij, pe = sum w_ij p_i. p_.j; {weights} weights",
        source="Cohen 1968, Psychological Bulletin 70",
        scope="pair",
        levels=ORDERED,
    )
    for weights in ("linear", "quadratic")
]
SCOTT = Measure(
    name="scott",
    label=gettext_noop("Scott’s pi"),
    estimates=lambda ratings: [cohen(pair, ratings.profiles, pooled=True) for pair in pairs_of(ratings)],
    formula="(po - pe) / (1 - pe), pe = sum_c ((p_c. + p_.c) / 2)^2",
    source="Scott 1955, Public Opinion Quarterly 19",
    scope="pair",
)
LIGHT = Measure(
    name="light",
    label=gettext_noop("Light’s kappa"),
    estimates=lambda ratings: [light(ratings)],
    formula="mean of Cohen's kappas of all pairs of raters",
    source="Light 1971, Psychological Bulletin 76",
)
