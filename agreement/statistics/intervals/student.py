"""Quantiles of Student's t for whole degrees of freedom."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np


def t_within(t: float, degrees: int) -> float:
    """Return P(|T| < t) for Student's T with `degrees` >= 1 degrees of freedom, t >= 0.

    Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4: with theta = atan(t / sqrt(degrees)) a finite sum of even
    powers of cos(theta), whose coefficients are running products of 1/2, 3/4, 5/6, ... (even degrees) or
    2/3, 4/5, ... (odd degrees).
    """
    theta = np.arctan(t / np.sqrt(degrees))
    sine, cosine = np.sin(theta), np.cos(theta)
    if degrees % 2 == 0:
        below = np.arange(2.0, degrees, 2.0)
        terms = np.cumprod((below - 1) / below * cosine**2)
        return float(sine * (1 + terms.sum()))
    if degrees == 1:
        return float(2 * theta / np.pi)
    below = np.arange(3.0, degrees, 2.0)
    terms = np.cumprod((below - 1) / below * cosine**2)
    return float(2 / np.pi * (theta + sine * cosine * (1 + terms.sum())))


@lru_cache(maxsize=256)
def t_quantile(coverage: float, degrees: int) -> float:
    """Return the t with P(|T| < t) = `coverage`, by bisection, to a relative error of 1e-12.

    Args:
        coverage: two-sided, between 0 and 1 (0.95 for a 95 % interval).
        degrees: whole degrees of freedom, at least 1.

    Raises:
        ValueError: `coverage` or `degrees` out of range.
    """
    if not 0 < coverage < 1 or degrees < 1:
        raise ValueError("coverage must lie between 0 and 1, degrees must be at least 1")
    low = NormalDist().inv_cdf((1 + coverage) / 2)  # t has the heavier tails, so its quantile is never below
    high = 2 * low
    while t_within(high, degrees) < coverage:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_within(middle, degrees) < coverage else (low, middle)
    return (low + high) / 2
