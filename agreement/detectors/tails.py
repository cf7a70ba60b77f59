"""Probabilities far out in the tails, where thresholds over many tests lie. Pure."""

from __future__ import annotations

import math

import numpy as np

from agreement.detectors.material import Floats


def normal_tail(z: float) -> float:
    """Return P(Z > z) of a standard normal variable."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def t_tail(t: float, degrees: float) -> float:
    """Return P(T > t), t >= 0, for Student's T, to a few percent far out in the tail.

    Source: Wallace 1959, the normal deviate (8n + 1) / (8n + 3) * sqrt(n log(1 + t² / n)).
    """
    if degrees < 1:
        return 1.0
    return normal_tail((8 * degrees + 1) / (8 * degrees + 3) * math.sqrt(degrees * math.log1p(t * t / degrees)))


def poisson_tail(count: int, mean: float) -> float:
    """Return P(K >= count) of a Poisson variable."""
    if count <= 0:
        return 1.0
    if count <= mean:
        return 0.5 if count > mean - 1 else 1.0
    terms = np.arange(count, count + 200 + int(4 * math.sqrt(count)))
    logs = terms * math.log(max(mean, 1e-300)) - mean - np.array([math.lgamma(each + 1) for each in terms.tolist()])
    return float(min(1.0, np.exp(logs).sum()))


def binomial_tail(count: float, trials: float, share: float) -> float:
    """Return a bound of P(K >= count) of a binomial variable, also for trials that are no whole number.

    Source: Chernoff 1952, exp(-n KL(k/n, p)).
    """
    seen = count / trials if trials > 0 else 0.0
    if seen <= share:
        return 1.0
    divergence = seen * math.log(seen / share)
    if seen < 1:
        divergence += (1 - seen) * math.log((1 - seen) / (1 - share))
    return math.exp(-trials * divergence)


def clustered_t(sums: Floats, centre: Floats | None = None) -> tuple[float, int]:
    """Return the t statistic of sums per dialogue against an expectation of 0, and its degrees of freedom.

    Args:
        sums: (G,) one per dialogue.
        centre: (G,) weights, such as centred times: then the statistic is that of the weighted sum, whose expectation
            is 0 whenever dialogues are exchangeable.
    """
    used = sums if centre is None else sums * centre
    spread = float(np.sqrt((used**2).sum()))
    filled = int(np.count_nonzero(used))
    if spread == 0 or filled < 2:
        return 0.0, 0
    return float(used.sum()) / spread, filled - 1
