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

from agreement.statistics.answers.dialogues import Bools, Floats
from agreement.statistics.intervals.estimates import Estimate
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
    rows: dict[int, list[int]] = {}
    for place, estimate in enumerate(estimates):
        if estimate.influence is not None and estimate.counts.dialogues >= 2:
            rows.setdefault(id(estimate.basis), []).append(place)
    for places in rows.values():
        for place, spread in zip(places, _spreads([estimates[each] for each in places]), strict=True):
            found[place] = spread
    return [figure_with(estimate, spread) for estimate, spread in zip(estimates, found, strict=True)]


def figure_of(estimate: Estimate) -> Figure:
    """Return the figure of one estimate."""
    return figures_of([estimate])[0]


def _spreads(estimates: Sequence[Estimate]) -> list[Spread]:
    """Return the spreads of estimates of one basis.

    With Z_g the influences summed over dialogue g, the standard error is sqrt(G / (G-1) * sum (Z_g - mean Z)^2). A
    dialogue without a comparable utterance has an influence of its own in some measures; it is not centred.
    """
    basis = estimates[0].basis
    assert basis is not None  # noqa: S101 -- an estimate with an influence has the basis that it refers to
    sums = basis.sums(np.stack([each.influence for each in estimates if each.influence is not None], axis=1))
    masks: dict[int, Bools] = {}
    for each in estimates:
        key = id(each.counts.compared)
        if key not in masks:
            masks[key] = basis.sums(each.counts.compared[:, None].astype(float))[:, 0] > 0
    spreads = []
    if len(masks) == 1:
        mask = next(iter(masks.values()))
        own = sums if mask.all() else sums[mask]
        other = None if mask.all() else sums[~mask]
        return _several(own, other)
    for column, each in zip(sums.T, estimates, strict=True):
        mask = masks[id(each.counts.compared)]
        spreads += _several(column[mask][:, None], None if mask.all() else column[~mask][:, None])
    return spreads


def _several(own: Floats, other: Floats | None) -> list[Spread]:
    """Return the spreads of sums (G, K) of comparable dialogues and of others."""
    dialogues = len(own)
    # Centred before squaring: the difference of two large sums would be rounding noise if all dialogues were alike.
    squares = (own - own.mean(axis=0)) ** 2
    spread, fourth = squares.sum(axis=0), np.einsum("gk,gk->k", squares, squares)
    if other is not None:
        added = other.sum(axis=0)
        spread += (other**2).sum(axis=0) - added * (2 * own.sum(axis=0) + added) / dialogues
    spread = np.maximum(spread, 0.0)
    degrees = np.clip(np.divide(spread**2, fourth, out=np.ones_like(spread), where=fourth > 0), 1, dialogues - 1)
    errors = np.sqrt(dialogues / (dialogues - 1) * spread)
    return [Spread(error, round(df)) for error, df in zip(errors.tolist(), degrees.tolist(), strict=True)]


@lru_cache(4096)
def _quantile(degrees: int) -> float:
    return t_quantile(COVERAGE, degrees)


def quantile(degrees: float) -> float:
    """Return the quantile of Student's t for the interval; from 1,000 degrees of freedom on in steps of a hundred."""
    whole = max(int(degrees), 1)
    return _quantile(whole if whole < 1000 else min(whole // 100 * 100, 100_000))


def figure_with(estimate: Estimate, spread: Spread | None) -> Figure:
    """Return the figure of an estimate whose spread is known; None if it cannot be known."""
    counts = estimate.counts
    counted = (counts.units, counts.dialogues, counts.raters)
    events = {"n_carriers": counts.carriers, "n_disagreeing": counts.disagreeing}
    value = None if estimate.value is None else float(estimate.value)
    if value is None:
        return Figure(None, estimate.reason, None, None, *counted)
    if counts.disagreeing == 0 and counts.carriers and abs(value - 1) < TINY:
        low = max(1 - estimate.loss * possible_share(counts.carriers), estimate.floor)
        return Figure(value, "", low, 1.0, *counted, note=PERFECT, **events)
    if spread is None or spread.error <= TINY:
        return Figure(value, "", None, None, *counted, note=ALIKE, **events)
    if counts.disagreeing == 1 or counts.carriers == 1:
        return Figure(value, "", None, None, *counted, error=spread.error, note=SINGLE, **events)
    low, high = score_interval(estimate, spread.error, spread.degrees)
    note = FEW if counts.carriers < FEW_DIALOGUES else ""
    return Figure(value, "", low, high, *counted, error=spread.error, note=note, **events)


def possible_share(dialogues: int) -> float:
    """Return the largest share of dialogues with a disagreement that is compatible with none among so many.

    1 - 0.025^(1/G): a share p leaves all G dialogues without one with probability (1 - p)^G (Clopper & Pearson 1934).
    """
    return float(1 - ((1 - COVERAGE) / 2) ** (1 / dialogues))


def score_interval(estimate: Estimate, error: float, degrees: float) -> tuple[float, float]:
    """Return Wilson's interval of an effective sample, on the scale of the measure; it contains the value."""
    value, loss, t = float(estimate.value or 0.0), max(estimate.loss, TINY), quantile(degrees)
    share = min(max(1 - (1 - value) / loss, 0.0), 1.0)
    spread = error / loss
    size = share * (1 - share) / spread**2
    if estimate.size:
        size = min(size, estimate.size)
    if size < TINY:  # a value at the end of its scale
        return max(value - t * error, estimate.floor), min(value + t * error, 1.0)
    middle = (share + t * t / (2 * size)) / (1 + t * t / size)
    reach = t * np.sqrt(share * (1 - share) / size + t * t / (4 * size * size)) / (1 + t * t / size)
    low, high = (float(1 - loss * (1 - end)) for end in (middle - reach, middle + reach))
    return max(min(low, value), estimate.floor), min(max(high, value), 1.0)


Measuring = Callable[..., Estimate]


def figured(measure: Measuring) -> Callable[..., Figure]:
    """Return a function that gives the figure of a measure instead of the estimate."""
    return lambda *given, **options: figure_of(measure(*given, **options))
