"""Association of two labels of the same utterances: Cramer's V and phi, with intervals by dialogues."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Dialogues, Floats, Ints
from agreement.statistics.intervals.by_dialogues import quantile

DRAWS = 1000
# With fewer dialogues, or fewer in which rarer answers of both labels meet, the intervals hold the value too rarely:
# `python -m benchmarks.association_coverage`.
LEAST_DIALOGUES, LEAST_MEETING = 100, 8
BLOCK = 1 << 22  # numbers of a block of draws: 32 MB


class Association(NamedTuple):
    """The association of two labels.

    Attributes:
        counts: (A, B) how often each combination occurs.
        units: number of utterances with both labels.
        dialogues: number of their dialogues.
        meeting: number of those with an utterance that has the most frequent answer of neither label.
        v: Cramer's V, corrected for chance; None if a label does not vary.
        v_low, v_high: its 95 % interval; None without `v`, or with too few dialogues (see `meeting`).
        phi: of two labels with two answers each; None otherwise.
        phi_low, phi_high: its 95 % interval.
    """

    counts: Ints
    units: int
    dialogues: int
    meeting: int
    v: float | None = None
    v_low: float | None = None
    v_high: float | None = None
    phi: float | None = None
    phi_low: float | None = None
    phi_high: float | None = None


def association(first: Ints, second: Ints, shape: tuple[int, int], dialogues: Dialogues, seed: int = 0) -> Association:
    """Return the association of two labels.

    phi^2 = sum p_ij^2 / (p_i. p_.j) - 1, V = sqrt(phi^2 / (min(A, B) - 1)) over the answers that occur. phi^2 is at
    least 0, so chance alone makes it too large. Dialogues are drawn with replacement `DRAWS` times; the mean of
    phi^2 over these draws exceeds that of the corpus by about as much as that exceeds the truth, so the excess is
    subtracted once from the value and twice from the draws (Efron & Tibshirani 1993, chapter 10, for the bias; Bergsma
    2013 subtracts the one of independent utterances, (A-1)(B-1)/(n-1)). The interval is that of the percentiles,
    expanded for few dialogues (Hesterberg 2015, The American Statistician 69): those of the normal distribution at
    t sqrt(m/(m-1)), with Student's t of m-1 degrees of freedom and m the dialogues in which rarer answers meet.
    The phi of two by two answers keeps its sign and needs no correction.

    Args:
        first: (N,) codes of one label, negative where there is none.
        second: (N,) codes of the other.
        shape: A, B.
        dialogues: of the N utterances.
        seed: of the draws, so that equal data give equal intervals.
    """
    rows = np.flatnonzero((first >= 0) & (second >= 0))
    cell = first[rows].astype(np.int64) * shape[1] + second[rows]
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    number = np.unique(dialogues.number[rows], return_inverse=True)[1].reshape(-1)
    groups = int(number.max(initial=-1)) + 1
    rarer = (first[rows] != counts.sum(axis=1).argmax()) & (second[rows] != counts.sum(axis=0).argmax())
    found = Association(counts, len(rows), groups, len(np.unique(number[rarer])))
    used = counts.sum(axis=1) > 0, counts.sum(axis=0) > 0
    size = tuple(int(each.sum()) for each in used)
    if min(size) < 2:
        return found
    kept = np.flatnonzero(np.outer(*used).reshape(-1))
    place = np.full(shape[0] * shape[1], -1)
    place[kept] = np.arange(len(kept))
    table = np.bincount(number * len(kept) + place[cell], minlength=groups * len(kept)).reshape(groups, len(kept))
    draws = drawn_sums(table.astype(float), seed).reshape(-1, *size)
    whole = counts[np.ix_(*used)].astype(float)[None]
    value = float(phi_squared(whole)[0])
    drawn = phi_squared(draws)
    bias = max(float(drawn.mean()) - value, 0.0)
    scale = min(size) - 1
    found = found._replace(v=_root(value - bias, scale))
    enough = groups >= LEAST_DIALOGUES and found.meeting >= LEAST_MEETING
    tails = _tails(found.meeting)
    if enough:
        low, high = np.percentile(drawn - 2 * bias, tails)
        found = found._replace(v_low=_root(float(low), scale), v_high=_root(float(high), scale))
    if shape == (2, 2):
        found = found._replace(phi=float(phi(whole)[0]))
        if enough:
            low, high = np.percentile(phi(draws), tails)
            found = found._replace(phi_low=float(low), phi_high=float(high))
    return found


def _tails(meeting: int) -> list[float]:
    """Return the percentiles of the interval's ends."""
    size = max(meeting, 2)
    tail = 100 * NormalDist().cdf(-quantile(size - 1) * (size / (size - 1)) ** 0.5)
    return [tail, 100 - tail]


def drawn_sums(table: Floats, seed: int) -> Floats:
    """Return the sums (`DRAWS`, cells) of as many dialogues as `table` (G, cells) has, drawn with replacement."""
    rng = np.random.default_rng(seed)
    groups = len(table)
    step = max(1, BLOCK // groups)
    found = np.empty((DRAWS, table.shape[1]))
    for start in range(0, DRAWS, step):
        stop = min(start + step, DRAWS)
        drawn = rng.integers(0, groups, size=(stop - start, groups), dtype=np.int32)
        drawn += np.arange(stop - start, dtype=np.int32)[:, None] * groups
        times = np.bincount(drawn.reshape(-1), minlength=(stop - start) * groups).reshape(stop - start, groups)
        found[start:stop] = times.astype(float) @ table
    return found


def phi_squared(counts: Floats) -> Floats:
    """Return phi^2 (K,) of tables (K, A, B); empty rows and columns count nothing."""
    rows, columns = counts.sum(axis=2, keepdims=True), counts.sum(axis=1, keepdims=True)
    expected = rows * columns
    return np.asarray(
        np.divide(counts**2, expected, out=np.zeros_like(counts), where=expected > 0).sum(axis=(1, 2)) - 1
    )


def phi(counts: Floats) -> Floats:
    """Return the signed phi (K,) of tables (K, 2, 2): (ad - bc) / sqrt of the product of the four margins."""
    margins = (counts.sum(axis=1).prod(axis=1) * counts.sum(axis=2).prod(axis=1)) ** 0.5
    determinant = counts[:, 0, 0] * counts[:, 1, 1] - counts[:, 0, 1] * counts[:, 1, 0]
    return np.asarray(np.divide(determinant, margins, out=np.zeros_like(determinant), where=margins > 0))


def _root(squared: float, scale: int) -> float:
    return float(min(max(squared, 0.0) / scale, 1.0) ** 0.5)
