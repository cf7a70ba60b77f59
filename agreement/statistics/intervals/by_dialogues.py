"""Confidence intervals by dialogues, because utterances of one dialogue are not independent.

Every measure here is a smooth function of sums over utterances, so it is linearised: each pattern gets an influence,
the derivative of the measure by one more utterance of that pattern. Summed over a dialogue, the influences are one
observation per dialogue (delta method for ratios of cluster totals, Cochran 1977, chapter 6; for clustered kappas Kang
et al. 2013).

The interval is Wilson's (1927) score interval of a proportion, for an effective sample: the value is read as a share
of repeated answers x = 1 - (1 - value) / loss; the effective number of events is n = x (1 - x) / error^2, at most the
number of events counted (Korn & Graubard 1998 do the same with the interval of Clopper and Pearson); the quantile is
Student's t with (sum z^2)^2 / sum z^4 degrees of freedom, z being the centred sums of the dialogues, so that an error
to which few dialogues contribute counts as an estimate from few observations (Satterthwaite 1946, with the squared sums
as variance components). `python -m benchmarks.coverage` measures how often these intervals hold the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agreement.statistics.answers.dialogues import Bools, Floats, Ints
from agreement.statistics.intervals.estimates import Basis, Estimate
from agreement.statistics.intervals.figures import ALIKE, FEW, FEW_DIALOGUES, PERFECT, SINGLE, Figure
from agreement.statistics.intervals.student import t_quantile

COVERAGE = 0.95
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread of an estimate over dialogues.

    Attributes:
        error: standard error.
        degrees: effective degrees of freedom, from 1 to G - 1.
    """

    error: float
    degrees: int


def figures_of(estimates: Sequence[Estimate]) -> list[Figure]:
    """Return the figures of estimates; those with the same basis share one pass over the dialogues."""
    found: list[Spread | None] = [None] * len(estimates)
    rows: dict[tuple[int, int], list[int]] = {}
    for place, estimate in enumerate(estimates):
        if estimate.influence is not None and (dialogues := estimate.counts.dialogues) >= 2:
            basis = _basis(estimate)
            everywhere = dialogues == basis.dialogues.count
            key = (id(basis), 0 if everywhere else id(estimate.counts.compared))
            rows.setdefault(key, []).append(place)
    for places in rows.values():
        for place, spread in zip(places, spreads_of([estimates[each] for each in places]), strict=True):
            found[place] = spread
    return figures_with(estimates, found)


def figure_of(estimate: Estimate) -> Figure:
    """Return the figure of one estimate."""
    return figures_of([estimate])[0]


def spreads_of(estimates: Sequence[Estimate]) -> list[Spread]:
    """Return the spreads of estimates of one basis that compare the same rows of it, in one pass over the dialogues.

    With Z_g the influences summed over dialogue g, the standard error is sqrt(G / (G-1) * sum (Z_g - mean Z)^2). A
    dialogue without a comparable utterance has an influence of its own in some measures; it is not centred.
    """
    basis, dialogues = _basis(estimates[0]), estimates[0].counts.dialogues
    influence = np.stack([each.influence for each in estimates if each.influence is not None], axis=1)
    inside, times = _within(estimates[0])
    total = times @ influence
    mean = total / dialogues
    spread, fourth, others = np.zeros((3, len(estimates)))
    for block, sums in basis.dialogues.blocks_of_sums(basis.of_unit, influence):
        own = sums
        if inside is not None:
            own, other = sums[inside[block]], sums[~inside[block]]
            others += other.sum(axis=0)
            spread += np.einsum("gk,gk->k", other, other)
        # Centred before squaring: the difference of two large sums would be rounding noise if all dialogues were alike.
        own -= mean
        np.multiply(own, own, out=own)
        spread += own.sum(axis=0)
        fourth += np.einsum("gk,gk->k", own, own)
    spread = np.maximum(spread - others * (2 * total + others) / dialogues, 0.0)
    degrees = np.clip(np.divide(spread**2, fourth, out=np.ones_like(spread), where=fourth > 0), 1, dialogues - 1)
    errors = np.sqrt(dialogues / (dialogues - 1) * spread)
    return [Spread(error, round(df)) for error, df in zip(errors.tolist(), degrees.tolist(), strict=True)]


def _basis(estimate: Estimate) -> Basis:
    assert estimate.basis is not None  # noqa: S101 -- an estimate with an influence has the basis that it refers to
    return estimate.basis


def _within(estimate: Estimate) -> tuple[Bools | None, Floats | Ints]:
    """Return which dialogues (G,) have a comparable utterance, None if all, and how often each row occurs in them."""
    basis, compared = _basis(estimate), estimate.counts.compared
    if estimate.counts.dialogues == basis.dialogues.count:
        return None, basis.times
    inside = basis.dialogues.marks(basis.of_unit, compared[:, None])[:, 0]
    weights = inside[basis.dialogues.number].astype(float)
    return inside, np.bincount(basis.of_unit, weights=weights, minlength=len(basis.times))


@lru_cache(4096)
def _quantile(degrees: int) -> float:
    return t_quantile(COVERAGE, degrees)


def quantile(degrees: float) -> float:
    """Return the quantile of Student's t for the interval; from 1,000 degrees of freedom on in steps of a hundred."""
    whole = max(int(degrees), 1)
    return _quantile(whole if whole < 1000 else min(whole // 100 * 100, 100_000))


def figures_with(estimates: Sequence[Estimate], spreads: Sequence[Spread | None]) -> list[Figure]:
    """Return the figures of estimates whose spreads are known; None for one that cannot be known."""
    shown = {
        place: spread
        for place, (estimate, spread) in enumerate(zip(estimates, spreads, strict=True))
        if spread is not None and spread.error > TINY and estimate.value is not None
    }
    known = shown.values()
    ends = score_intervals(
        [estimates[place] for place in shown], [each.error for each in known], [each.degrees for each in known]
    )
    of_place = dict(zip(shown, ends, strict=True))
    return [
        _figure(estimate, spread, of_place.get(place))
        for place, (estimate, spread) in enumerate(zip(estimates, spreads, strict=True))
    ]


def _figure(estimate: Estimate, spread: Spread | None, ends: tuple[float, float] | None) -> Figure:
    """Return the figure of an estimate; `ends` are those of its interval, None if all dialogues are alike."""
    counts = estimate.counts
    units, dialogues, raters = counts.units, counts.dialogues, counts.raters
    carriers, disagreeing = counts.carriers, counts.disagreeing
    if estimate.value is None:
        return Figure(None, estimate.reason, None, None, units, dialogues, raters)
    value = float(estimate.value)
    if disagreeing == 0 and carriers and abs(value - 1) < TINY:
        low = max(1 - estimate.loss * possible_share(carriers), estimate.floor)
        return Figure(value, "", low, 1.0, units, dialogues, raters, None, carriers, disagreeing, PERFECT)
    if spread is None or ends is None:
        return Figure(value, "", None, None, units, dialogues, raters, None, carriers, disagreeing, ALIKE)
    if disagreeing == 1 or carriers == 1:
        return Figure(value, "", None, None, units, dialogues, raters, spread.error, carriers, disagreeing, SINGLE)
    note = FEW if carriers < FEW_DIALOGUES else ""
    return Figure(value, "", *ends, units, dialogues, raters, spread.error, carriers, disagreeing, note)


def possible_share(dialogues: int) -> float:
    """Return the largest share of dialogues with a disagreement that is compatible with none among so many.

    1 - 0.025^(1/G): a share p leaves all G dialogues without one with probability (1 - p)^G (Clopper & Pearson 1934).
    """
    return float(1 - ((1 - COVERAGE) / 2) ** (1 / dialogues))


def score_intervals(
    estimates: Sequence[Estimate], errors: Sequence[float], degrees: Sequence[float]
) -> list[tuple[float, float]]:
    """Return Wilson's intervals of effective samples, on the scale of the measure; each contains the value.

    Args:
        estimates: K with a value.
        errors: K standard errors above 0.
        degrees: K effective degrees of freedom.
    """
    given = [(float(each.value or 0.0), each.loss, each.size or np.inf, each.floor) for each in estimates]
    value, loss, most, floor = np.array(given, dtype=float).reshape(-1, 4).T
    error, t = np.array(errors, dtype=float), np.array([quantile(each) for each in degrees], dtype=float)
    loss = np.maximum(loss, TINY)
    share = np.clip(1 - (1 - value) / loss, 0.0, 1.0)
    size = np.minimum(share * (1 - share) / (error / loss) ** 2, most)
    at_end = size < TINY  # of its scale
    size = np.where(at_end, 1.0, size)
    middle = (share + t * t / (2 * size)) / (1 + t * t / size)
    reach = t * np.sqrt(share * (1 - share) / size + t * t / (4 * size * size)) / (1 + t * t / size)
    low = np.where(at_end, value - t * error, np.minimum(1 - loss * (1 - (middle - reach)), value))
    high = np.where(at_end, value + t * error, np.maximum(1 - loss * (1 - (middle + reach)), value))
    return list(zip(np.maximum(low, floor).tolist(), np.minimum(high, 1.0).tolist(), strict=True))


Measuring = Callable[..., Estimate]


def figured(measure: Measuring) -> Callable[..., Figure]:
    """Return a function that gives the figure of a measure instead of the estimate."""
    return lambda *given, **options: figure_of(measure(*given, **options))
