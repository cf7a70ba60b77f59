"""Coefficients of two raters: Cohen's kappa, plain and weighted, Scott's pi; and Light's mean of Cohen's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from agreement.statistics.answers.dialogues import Bools, Floats, Ints
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.estimates import Counts, Estimate, counts_of, undefined
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.measures.weighted import ORDERED, positions
from agreement.statistics.measures.weights import weights_of

CERTAIN = 1e-12  # two raters whose chance to differ is smaller have nothing to correct


@dataclass(frozen=True, slots=True)
class Pair:
    """The answers of two raters to the utterances that both rated.

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


def cohen(pairs: Sequence[Pair], profiles: Profiles, weights: Floats, pooled: Bools) -> list[list[Estimate]]:
    """Return K coefficients of each of B pairs of raters: (po - pe) / (1 - pe) over the utterances that both rated.

    po = sum w_ij p_ij, pe = sum w_ij p_i. p_.j is Cohen's kappa. If pooled it is Scott's pi: both raters have the mean
    of their shares. Source: Cohen 1960; weighted Cohen 1968; Scott 1955.

    Args:
        pairs: the raters.
        profiles: that the pairs were counted in.
        weights: (K, V, V) of agreement.
        pooled: (K,) whether chance is that of Scott.
    """
    if not pairs:
        return []
    categories = profiles.categories
    tables = np.stack([pair.table for pair in pairs])[:, None]  # (B, 1, V, V)
    units = tables.sum(axis=(2, 3))  # (B, 1)
    cells = tables / np.maximum(units, 1)[:, :, None, None]
    own, other = cells.sum(axis=3), cells.sum(axis=2)
    both, mean = pooled[:, None], (own + other) / 2
    rows, columns = np.where(both, mean, own), np.where(both, mean, other)  # (B, K, V)
    by_row, by_column = (weights @ columns[..., None])[..., 0], (rows[..., None, :] @ weights)[..., 0, :]
    agreed, chance = (weights * cells).sum(axis=(2, 3)), (rows * by_row).sum(axis=2)  # (B, K)
    middle = (by_row + by_column) / 2
    by_row, by_column = np.where(both, middle, by_row), np.where(both, middle, by_column)
    rest = np.where(1 - chance < CERTAIN, 1.0, 1 - chance)
    by_cell = (weights - agreed[..., None, None]) / rest[..., None, None]
    missed = ((1 - agreed) / rest**2)[..., None, None]
    by_cell -= (by_row[..., None] + by_column[..., None, :] - 2 * chance[..., None, None]) * missed
    by_cell /= np.maximum(units, 1)[..., None, None]
    marginals = (tables.sum(axis=3) + tables.sum(axis=2))[:, 0]
    used, rare = np.count_nonzero(marginals, axis=1), 2 * units[:, 0] - marginals.max(axis=1, initial=0)
    losses = (1 - weights.min(axis=(1, 2), initial=1)) * np.minimum(1, rare[:, None] / np.maximum(units, 1)) / rest
    values, certain = ((agreed - chance) / rest).tolist(), (1 - chance < CERTAIN) | (used < 2)[:, None]
    found = []
    for place, pair in enumerate(pairs):
        compared = np.flatnonzero(pair.counts.compared)
        cell = profiles.codes[compared, pair.first] * categories + profiles.codes[compared, pair.second]
        influence = np.zeros((len(weights), len(profiles.times)))
        influence[:, compared] = by_cell[place].reshape(len(weights), -1)[:, cell]
        found.append(
            [
                undefined(profiles, pair.counts)
                if none
                else Estimate(value, "", profiles, each, pair.counts, loss=loss, size=float(rare[place]))
                for none, value, each, loss in zip(
                    certain[place].tolist(), values[place], influence, losses[place].tolist(), strict=True
                )
            ]
        )
    return found


def light(ratings: Ratings) -> Estimate:
    """Light's kappa: the mean of Cohen's kappas of all pairs of raters that have one. Source: Light 1971."""
    patterns, profiles = ratings.patterns, ratings.profiles
    counts = counts_of(patterns)
    kappas = [each for each in _of_pairs(ratings)["cohen"] if each.value is not None and each.influence is not None]
    if not kappas:
        return undefined(patterns, counts)
    value = float(np.mean([each.value for each in kappas if each.value is not None]))
    influence = np.mean([each.influence for each in kappas if each.influence is not None], axis=0)
    compared = profiles.given.sum(axis=1) >= 2
    by_profile = Counts(counts.units, counts.dialogues, counts.raters, counts.carriers, counts.disagreeing, compared)
    loss, size = max(each.loss for each in kappas), max(each.size for each in kappas)
    return Estimate(value, "", profiles, influence, by_profile, loss=loss, size=size)


def _of_pairs(ratings: Ratings) -> dict[str, list[Estimate]]:
    """Return the coefficients of every pair by name; computed once."""
    if "cohen" not in ratings.shared:
        identity = np.eye(ratings.categories)
        tables = {"cohen": identity, "scott": identity}
        if ratings.level in ORDERED:
            tables |= {name: weights_of(positions(ratings))[name] for name in ("linear", "quadratic")}
        weights, pooled = np.stack(list(tables.values())), np.array([name == "scott" for name in tables])
        found = cohen(pairs_of(ratings), ratings.profiles, weights, pooled)
        ratings.shared["cohen"] = {name: [each[place] for each in found] for place, name in enumerate(tables)}
    return ratings.shared["cohen"]  # type: ignore[return-value]


def _estimates(name: str) -> Callable[[Ratings], list[Estimate]]:
    return lambda ratings: _of_pairs(ratings)[name]


COHEN = Measure(
    name="cohen",
    key="kappa",
    label=gettext_noop("Cohen’s kappa"),
    estimates=_estimates("cohen"),
    formula="(po - pe) / (1 - pe), pe = sum_c p_c. p_.c",
    source="Cohen 1960, Educational and Psychological Measurement 20",
    scope="pair",
)
COHEN_WEIGHTED = [
    Measure(
        name=f"cohen_{weights}",
        label=gettext_noop("Cohen’s kappa, weighted"),
        estimates=_estimates(weights),
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
    estimates=_estimates("scott"),
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
