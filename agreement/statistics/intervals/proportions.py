"""Exact intervals of proportions that are counted in clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

import numpy as np

from agreement.statistics.answers.patterns import Ints
from agreement.statistics.intervals.student import t_quantile

COVERAGE = 0.95
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Proportion:
    """An estimated proportion.

    Attributes:
        value: None if nothing was counted.
        low, high: the 95 % interval; None if nothing was counted.
        errors: number of units that have the property.
        units: number of units in the sample.
        clusters: number of clusters they come from.
        population: number of units that the sample stands for.
    """

    value: float | None
    low: float | None
    high: float | None
    errors: int
    units: int
    clusters: int
    population: int


@dataclass(frozen=True, slots=True)
class Stratum:
    """A simple random sample of a part of the population.

    Attributes:
        has: (n,) 0 or 1, whether each unit has the property.
        cluster: (n,) any integers that identify the clusters.
        population: number of units of this part.
    """

    has: Ints
    cluster: Ints
    population: int


def clopper_pearson(count: float, units: float, coverage: float = COVERAGE) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson (1934), which covers at least as often as it says.

    Args:
        count: units with the property; need not be whole.
        units: at least `count`, and more than 0.
        coverage: two-sided.
    """
    tail = (1 - coverage) / 2
    low = beta_quantile(tail, count, units - count + 1) if count > 0 else 0.0
    high = beta_quantile(1 - tail, count + 1, units - count) if count < units else 1.0
    return low, high


def stratified(strata: list[Stratum]) -> Proportion:
    """Return the proportion in the population, with the interval of Korn and Graubard.

    The value is the mean of the strata's proportions, weighted by their populations; strata without a sample count
    with the others together. Its variance is that of the ratio of cluster totals in each stratum (Cochran 1977,
    chapter 6). The interval is that of Clopper and Pearson for an effective sample of n / deff units, deff being the
    variance relative to that of a simple random sample and at least 1, adjusted for the degrees of freedom
    (Korn & Graubard 1998, Survey Methodology 24).
    """
    sampled = [each for each in strata if len(each.has)]
    units = sum(len(each.has) for each in sampled)
    errors = sum(int(each.has.sum()) for each in sampled)
    clusters = len(np.unique(np.concatenate([each.cluster for each in sampled]))) if sampled else 0
    population = sum(each.population for each in strata)
    if not units:
        return Proportion(None, None, None, 0, 0, 0, population)
    whole = sum(each.population for each in sampled) or len(sampled)
    weights = [(each.population or 1) / whole for each in sampled]
    value = sum(weight * float(each.has.mean()) for weight, each in zip(weights, sampled, strict=True))
    variance = sum(weight**2 * _variance(each) for weight, each in zip(weights, sampled, strict=True))
    low, high = clopper_pearson(*_effective(value, variance, units, clusters))
    return Proportion(value, min(low, value), max(high, value), errors, units, clusters, population)


def _variance(stratum: Stratum) -> float:
    """Return the variance of a stratum's proportion, from the spread of its cluster totals."""
    _, of = np.unique(stratum.cluster, return_inverse=True)
    totals = np.bincount(of.reshape(-1), weights=stratum.has - stratum.has.mean())
    clusters = len(totals)
    if clusters < 2:
        return 0.0
    return float(clusters / (clusters - 1) * (totals**2).sum() / len(stratum.has) ** 2)


def _effective(value: float, variance: float, units: int, clusters: int) -> tuple[float, float]:
    """Return the effective number of units with the property, and of all units."""
    simple = value * (1 - value) / max(units - 1, 1)
    deff = max(variance / simple, 1.0) if simple > 0 else 1.0
    size = units / deff
    if units > 1 and clusters > 1:
        size *= (t_quantile(COVERAGE, units - 1) / t_quantile(COVERAGE, clusters - 1)) ** 2
    return value * size, size


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return the x below which a share of the beta distribution lies, by bisection to 1e-12."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if beta_below(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """Return the regularized incomplete beta function I_x(a, b).

    Source: its continued fraction (Abramowitz & Stegun 1964, 26.5.8), evaluated by the method of Lentz.
    """
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front / _lentz(lambda m: _coefficient(m, x, a, b))


def _coefficient(m: int, x: float, a: float, b: float) -> float:
    half = m // 2
    if m % 2:
        return -(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1))
    return half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half))


def _lentz(coefficient: Callable[[int], float]) -> float:
    """Return 1 + d1 / (1 + d2 / (1 + ...))."""
    value = c = 1.0
    d = 0.0
    for m in range(1, 10_000):
        factor = coefficient(m)
        d = 1 / (_away_from_zero(1 + factor * d))
        c = _away_from_zero(1 + factor / c)
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
