"""Cohen's kappa of two raters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from agreement.statistics.figures import NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.patterns import MISSING, Floats, Ints


@dataclass(frozen=True, slots=True)
class Pair:
    """Cohen's kappa of two raters.

    Attributes:
        first, second: columns of the raters in the table of codes.
        kappa: the figure.
        table: (V, V) utterances by the category of the first rater (rows) and of the second (columns).
    """

    first: int
    second: int
    kappa: Figure
    table: Ints


def cohen(table: npt.ArrayLike) -> float | None:
    """Return Cohen's kappa of a cross table, None if agreement by chance is certain.

    (po - pe) / (1 - pe) with po the share on the diagonal and pe = sum_c row_c * column_c / n^2. Source: Cohen 1960.

    Args:
        table: (V, V) utterances by the category of the first rater (rows) and of the second (columns).
    """
    cells: Floats = np.asarray(table, dtype=float)
    n = cells.sum()
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    possible = n * n - rows @ columns
    if possible == 0:  # both always gave the same one label, or n is 0
        return None
    return float((n * np.trace(cells) - rows @ columns) / possible)


def pairs(codes: npt.ArrayLike, categories: int, dialogue: npt.ArrayLike) -> list[Pair]:
    """Cohen's kappa of every pair of raters over the utterances both rated, without intervals.

    Args:
        codes: (N, R), as in `patterns.from_codes`.
        categories: V.
        dialogue: (N,) integers 0..G-1.

    Returns:
        R (R-1) / 2 pairs, in the order of their columns.
    """
    table, of_unit = np.asarray(codes, dtype=np.int64), np.asarray(dialogue, dtype=np.int64)
    return [_pair(table, categories, of_unit, *both) for both in combinations(range(table.shape[1]), 2)]


def _pair(
    codes: npt.NDArray[np.int_], categories: int, dialogue: npt.NDArray[np.int_], first: int, second: int
) -> Pair:
    shared = (codes[:, first] != MISSING) & (codes[:, second] != MISSING)
    cells = codes[shared, first].astype(np.int64) * categories + codes[shared, second]
    table = np.bincount(cells, minlength=categories * categories).reshape(categories, categories).astype(np.int64)
    value = cohen(table)
    reason = "" if value is not None else NO_VARIATION if shared.any() else NOTHING_TO_COMPARE
    dialogues = int(np.count_nonzero(np.bincount(dialogue[shared])))
    return Pair(first, second, Figure(value, reason, None, None, int(shared.sum()), dialogues, 2), table)


COHEN = Measure(
    name="cohen",
    key="kappa",
    label=gettext_noop("Cohen’s kappa"),
    compute=lambda ratings: [pair.kappa for pair in pairs(ratings.codes, ratings.categories, ratings.dialogue)],
    scope="pair",
)
