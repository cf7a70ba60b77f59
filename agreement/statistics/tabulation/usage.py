"""Use of answers by each rater, compared with the other raters of the same utterances."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Bools, Floats
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.intervals.by_dialogues import COVERAGE, quantile


class Usage(NamedTuple):
    """The use of C answers by one rater.

    Attributes:
        rater: column.
        units: number of utterances that another rater answered, too; the shares are of these.
        own: (C,) share of them to which the rater gave the answer.
        others: (C,) mean share of the co-raters who gave it.
        low, high: (C,) 95 % interval of `own - others`, by dialogues.
        clear: (C,) whether the difference is none of chance, with the level of 5 % shared by all R x C differences.
        dialogues: (C,) number of dialogues in which the rater or a co-rater gave the answer, but not all of them.
    """

    rater: int
    units: int
    own: Floats
    others: Floats
    low: Floats
    high: Floats
    clear: Bools
    dialogues: Floats


def usage(profiles: Profiles, has: Floats) -> list[Usage]:
    """Return the use of answers by each rater with co-raters.

    The difference of the two shares is a mean over utterances; its error is that of a ratio of dialogue totals,
    sqrt(G / (G-1) sum Z^2), Z a dialogue's sum of (x - mean) / n (Cochran 1977, chapter 6). It is clear if its
    two-sided p is below .05 / (R C) (Bonferroni).

    Args:
        profiles: the answers of R raters.
        has: (V, C) as `confusion.memberships` returns it.
    """
    given = profiles.given
    rows = np.where(given[:, :, None], has[np.maximum(profiles.codes, 0)], 0.0)  # (Q, R, C)
    total, count = rows.sum(axis=1), given.sum(axis=1)
    cells = max(rows.shape[1] * rows.shape[2], 1)
    strict = NormalDist().inv_cdf(1 - (1 - COVERAGE) / 2 / cells)
    found = []
    for rater in range(rows.shape[1]):
        shared = given[:, rater] & (count >= 2)
        times = np.where(shared, profiles.times, 0).astype(float)
        units = float(times.sum())
        if not units:
            continue
        own = rows[:, rater]
        others = (total - own) / np.maximum(count - 1, 1)[:, None]
        difference = np.where(shared[:, None], own - others, 0.0)
        mean = times @ difference / units
        sums = profiles.sums(np.where(shared[:, None], (difference - mean) / units, 0.0))
        compared = profiles.sums(shared[:, None].astype(float))[:, 0] > 0
        dialogues = int(compared.sum())
        error = np.sqrt(dialogues / max(dialogues - 1, 1) * (sums**2).sum(axis=0))
        reach = quantile(max(dialogues - 1, 1)) * error
        found.append(
            Usage(
                rater,
                int(units),
                times @ own / units,
                times @ np.where(shared[:, None], others, 0.0) / units,
                mean - reach,
                mean + reach,
                (np.abs(mean) > strict * error) & (error > 0),
                profiles.having(difference != 0).astype(float),
            )
        )
    return found
