"""Gwet's standard errors, as irrCAC prints them: utterances are independent, singly rated ones count as fixed.

They are an option for comparison with other programs. The intervals of `intervals` are clustered by dialogues instead.
"""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import agreeing_share, mean_shares


def gwet_errors(patterns: Patterns) -> dict[str, float | None]:
    """Return the standard errors of `fleiss`, `ac1` and `alpha` (nominal); None where the figure is undefined.

    For fleiss and ac1, with n utterances with a rating, n' of them compared, and utterance i having the agreement a_i
    (0 if not compared): k_i = n / n' * (a_i - pe [compared]) / (1 - pe) - 2 (1 - k) (pe_i - pe) / (1 - pe), and the
    variance sum (k_i - k)^2 / (n (n - 1)). A singly rated utterance so has the agreement 0, where the linearisation of
    `intervals` takes the number of compared utterances as random too. Source: Gwet 2008; Gwet 2014, chapters 5 and 6.
    """
    if np.count_nonzero(patterns.marginals()) < 2 or patterns.n_units < 2:
        return {"fleiss": None, "ac1": None, "alpha": None}
    shares, others = mean_shares(patterns), max(patterns.counts.shape[1] - 1, 1)
    within = patterns.counts / np.maximum(patterns.ratings, 1)[:, None]
    return {
        "fleiss": _error(patterns, float(shares @ shares), within @ shares),
        "ac1": _error(patterns, float(shares @ (1 - shares)) / others, within @ (1 - shares) / others),
        "alpha": _alpha_error(patterns),
    }


def _error(patterns: Patterns, chance: float, chance_of: Floats) -> float:
    """Return the error of (pa - pe) / (1 - pe), pe_i being `chance_of` (P,)."""
    rated = patterns.ratings > 0
    times = patterns.times[rated]
    compared = patterns.compared[rated]
    agreeing = agreeing_share(patterns)[rated]
    n, n_compared = times.sum(), patterns.n_units
    value = (times @ agreeing / n_compared - chance) / (1 - chance)
    each = n / n_compared * np.where(compared, agreeing - chance, 0.0) / (1 - chance)
    each = each - 2 * (1 - value) * (chance_of[rated] - chance) / (1 - chance)
    return float(np.sqrt(times @ (each - value) ** 2 / (n * (n - 1))))


def _alpha_error(patterns: Patterns) -> float:
    counts, times = patterns.counts[patterns.compared], patterns.times[patterns.compared]
    m, n = patterns.ratings[patterns.compared], patterns.n_units
    mean = times @ m / n
    repeated = (counts * (counts - 1)).sum(axis=1) / (mean * (m - 1))
    agreed = float(times @ repeated / n)
    shares = times @ counts / (n * mean)
    chance = float(shares @ shares)
    value = (agreed - chance) / (1 - chance)
    more = (m - mean) / mean
    corrected = agreed + (1 - agreed) / float(times @ m)  # pa with the correction of Krippendorff for small samples
    agreed_of = repeated - corrected * more
    chance_of = counts @ shares / mean - chance * more
    each = (agreed_of - chance) / (1 - chance) - 2 * (1 - value) * (chance_of - chance) / (1 - chance)
    return float(np.sqrt(times @ (each - value) ** 2 / (n * (n - 1))))
