"""Agreement of two raters who are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from agreement.statistics.figures import NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.patterns import MISSING, Floats, Ints


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters: their columns in the table of codes, Cohen's kappa, and the cross table (V, V) it comes from."""

    first: int
    second: int
    kappa: Figure
    table: Ints


def cohen(table: npt.ArrayLike) -> float | None:
    """Cohen's kappa of a cross table, None where chance alone would agree always.

    (po - pe) / (1 - pe) with po the share on the diagonal and pe = sum_c row_c * column_c / n^2. Source: Cohen 1960.

    Args:
        table: (V, V) utterances by the label of the first rater (rows) and of the second (columns).
    """
    cells: Floats = np.asarray(table, dtype=float)
    n = cells.sum()
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    room = n * n - rows @ columns
    if room == 0:  # both always gave the same one label, or n is 0
        return None
    return float((n * np.trace(cells) - rows @ columns) / room)


def pairs(codes: npt.ArrayLike, labels: int, dialogue: npt.ArrayLike) -> list[Pair]:
    """Cohen's kappa of every two raters over the utterances both labelled, without intervals.

    Args:
        codes: (N, R), as in `patterns.from_codes`.
        labels: V.
        dialogue: (N,) integers 0..G-1.

    Returns:
        R (R-1) / 2 pairs, in the order of their columns.
    """
    table, of_unit = np.asarray(codes), np.asarray(dialogue)
    return [_pair(table, labels, of_unit, *both) for both in combinations(range(table.shape[1]), 2)]


def _pair(codes: npt.NDArray[np.int_], labels: int, dialogue: npt.NDArray[np.int_], first: int, second: int) -> Pair:
    shared = (codes[:, first] != MISSING) & (codes[:, second] != MISSING)
    cells = codes[shared, first].astype(np.int64) * labels + codes[shared, second]
    table = np.bincount(cells, minlength=labels * labels).reshape(labels, labels).astype(np.int64)
    value = cohen(table)
    reason = "" if value is not None else NO_VARIATION if shared.any() else NOTHING_TO_COMPARE
    dialogues = int(np.count_nonzero(np.bincount(dialogue[shared])))
    return Pair(first, second, Figure(value, reason, None, None, int(shared.sum()), dialogues, 2), table)
