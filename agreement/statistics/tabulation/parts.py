"""Alpha of parts of a corpus that add up to the alpha of the whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Floats, Ints
from agreement.statistics.answers.distances import fixed_distance
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.by_dialogues import figures_of
from agreement.statistics.intervals.estimates import Counts, Estimate
from agreement.statistics.intervals.figures import Figure


class _Whole(NamedTuple):
    """The contributions of the P patterns of answers in the whole corpus.

    Attributes:
        ratings: (P,) number of compared ratings.
        within: (P,) disagreement of their pairs, relative to that expected by chance.
        rare: (P,) ratings other than the most frequent answer of the corpus.
        farthest: largest disagreement of two answers.
    """

    ratings: Floats
    within: Floats
    rare: Floats
    farthest: float


def alpha_of_parts(rated: Ratings, part: Ints, count: int) -> list[Figure | None]:
    """Return alpha of each part of the utterances, with the disagreement that the whole corpus expects.

    1 - D_o(part) / D_e(all). The mean of the parts, weighted by their ratings, is D_o(all) / D_e(all): alpha of the
    whole but for its factor (n-1)/n. The interval holds for a fixed D_e; it is the score interval of `intervals`.

    Args:
        rated: the answers.
        part: (N,) 0..count-1, or -1 for utterances of no part.
        count: number of parts.

    Returns:
        A figure per part; None for a part in which nothing is compared, or if alpha is undefined.
    """
    patterns = rated.patterns
    v = np.where(patterns.compared[:, None], patterns.counts, 0).astype(float)
    m, times = v.sum(axis=1), patterns.times.astype(float)
    marginals = times @ v
    n = float(marginals.sum())
    distance = _distance(rated, marginals)
    expected = float(marginals @ distance @ marginals) / max(n * (n - 1), 1.0)
    if not expected > 0:
        return [None] * count
    within = ((v @ distance) * v).sum(axis=1) / np.maximum(m - 1, 1) / expected
    used = marginals > 0
    farthest = float(distance[np.ix_(used, used)].max())
    usual = int(marginals.argmax())
    whole = _Whole(m, within, m - v[:, usual], farthest / expected)
    figures: list[Figure | None] = []
    for each in range(count):
        estimate = _estimate(_part(patterns, np.flatnonzero(part == each)), whole)
        figures.append(None if estimate is None else figures_of([estimate])[0])
    return figures


def _distance(rated: Ratings, marginals: Floats) -> Floats:
    if rated.level == "ordinal":
        rank = np.cumsum(marginals) - marginals / 2
        return np.asarray((rank[:, None] - rank) ** 2)
    return fixed_distance(rated.level, len(marginals), rated.values)


def _part(patterns: Patterns, rows: Ints) -> Profiles:
    """Return the rows of some utterances as profiles of their patterns."""
    kind = patterns.of_unit[rows]
    number = patterns.dialogues.number[rows]
    distinct, again = np.unique(number, return_inverse=True)
    times = np.bincount(kind, minlength=len(patterns.times)).astype(np.int64)
    dialogues = type(patterns.dialogues)(again.reshape(-1).astype(np.int64), len(distinct))
    return Profiles(patterns.counts, times, kind, dialogues, patterns.counts.shape[1])


def _estimate(own: Profiles, whole: _Whole) -> Estimate | None:
    times, m = own.times.astype(float), whole.ratings
    ratings = float(times @ m)
    if not ratings:
        return None
    observed = float(times @ whole.within) / ratings
    compared = m > 0
    flags = np.stack([compared, compared & (whole.rare > 0), compared & (whole.within > 0)], axis=1)
    dialogues, carriers, disagreeing = own.having(flags).tolist()
    rare = float(times @ whole.rare)
    counts = Counts(int(own.times[compared].sum()), dialogues, 2, carriers, disagreeing, compared)
    influence = -(whole.within - observed * m) / ratings
    loss = min(2 * rare, ratings) * whole.farthest / ratings
    return Estimate(1 - observed, "", own, influence, counts, loss=loss, size=rare, floor=1 - whole.farthest)
