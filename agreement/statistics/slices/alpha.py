"""Alpha of slices by the expected disagreement of the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Floats, Ints
from agreement.statistics.answers.distances import Level, Values, fixed_distance
from agreement.statistics.intervals.by_dialogues import Spread, figures_with
from agreement.statistics.intervals.estimates import Counts, Estimate
from agreement.statistics.intervals.figures import ALIKE, NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.slices.layout import TABLE, Division
from agreement.statistics.slices.pairs import AnswerPairs

SMALL = 1e-12


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a slice in the agreement on one question.

    Attributes:
        figure: its alpha with the interval.
        answers: n_g, the weight of its pairs: the number of answers compared in it.
        share: of all answers compared, n_g / n; the sum of share * alpha over the slices is alpha of the corpus.
        disagreement: its share of all disagreement, from 0 to 1.
    """

    figure: Figure
    answers: float
    share: float
    disagreement: float


@dataclass(frozen=True)
class Expected:
    """The expected disagreement of a corpus, e = n'Dn / (n (n - 1)), and how it moves with the answers.

    Attributes:
        counts: (V,) n_c, how often each category occurs in compared utterances.
        distance: (V, V) D.
        rank: (V,) mid-ranks whose squared differences D are (ordinal); None otherwise.
    """

    counts: Floats
    distance: Floats
    rank: Floats | None

    @cached_property
    def n(self) -> float:
        """The number of compared answers."""
        return float(self.counts.sum())

    @cached_property
    def value(self) -> float:
        """The expected disagreement; 0 without variation."""
        return float(self.counts @ self.distance @ self.counts) / max(self.n * (self.n - 1), 1.0)

    @cached_property
    def rank_by_counts(self) -> Floats:
        """(V, V) derivative of the mid-ranks by the counts."""
        return np.tri(len(self.counts)) - np.eye(len(self.counts)) / 2

    @cached_property
    def by_counts(self) -> Floats:
        """(V,) derivative of the value by the counts."""
        n, pairs = self.n, max(self.n * (self.n - 1), 1.0)
        derivative = 2 * (self.distance @ self.counts) / pairs - self.value * (2 * n - 1) / pairs
        if self.rank is not None:
            by_rank = 4 * self.counts * (n * self.rank - self.counts @ self.rank) / pairs
            derivative = derivative + self.rank_by_counts.T @ by_rank
        return np.asarray(derivative)


def expected_of(pairs: AnswerPairs, categories: int, level: Level, values: Values | None = None) -> Expected:
    """Return the expected disagreement of all pairs.

    Args:
        pairs: of the corpus.
        categories: V.
        level: of measurement, as of alpha.
        values: as in `distances.fixed_distance`.
    """
    weight = np.repeat(pairs.places.weight / 2, 2)
    ends = np.asarray(np.bincount(pairs.codes.ravel(), weights=weight, minlength=categories), dtype=np.float64)
    if level != "ordinal":
        return Expected(ends, fixed_distance(level, categories, values), None)
    rank = np.cumsum(ends) - ends / 2
    return Expected(ends, (rank[:, None] - rank) ** 2, rank)


class SliceValues(NamedTuple):
    """The parts of K slices, then of the pairs without a slice and of the mixed pairs, without intervals.

    Attributes:
        value: (K + 2,) alpha; nan where nothing is compared.
        units: (K + 2,) number of utterances compared.
        answers, share, disagreement: (K + 2,), as in `Slice`.
    """

    value: Floats
    units: Ints
    answers: Floats
    share: Floats
    disagreement: Floats


def slice_values(pairs: AnswerPairs, division: Division, expected: Expected) -> SliceValues:
    """Return alpha of slices as in `alpha_slices`, fast for thousands of slices."""
    return _Slices(pairs, division, expected).values


def alpha_slices(pairs: AnswerPairs, division: Division, expected: Expected) -> list[Slice]:
    """Return the K slices, then that of the pairs without a slice, then that of the mixed pairs.

    alpha_g = 1 - o_g / e, o_g being the mean distance of the slice's pairs by their weights, and e the expected
    disagreement of the corpus (one for all slices: with an own one for each, small slices would have none, and parts
    would not add up). With n_g the weight of a slice's pairs, sum (n_g / n) alpha_g = alpha. Source: Krippendorff 2004,
    Content Analysis, chapter 11, for o and e; the sum follows because o is a mean over pairs.

    The interval is that of `intervals.by_dialogues`: alpha_g is linearised in the pairs of the slice and, through e
    (and the mid-ranks of an ordinal level), in all answers of the corpus. The rarer answers are those other than the
    slice's most frequent one.

    Args:
        pairs: of the corpus.
        division: of its utterances or answers.
        expected: of all its pairs.
    """
    return _Slices(pairs, division, expected).slices()


class _Slices:
    def __init__(self, pairs: AnswerPairs, division: Division, expected: Expected) -> None:
        self.expected, self.categories = expected, len(expected.counts)
        self.pairs, self.layout = pairs, division.layout(pairs.places)
        distance = expected.distance[pairs.codes[:, 0], pairs.codes[:, 1]]
        self.lost = self.layout.weight * distance[self.layout.place]
        self.d = self.layout.sums(self.lost)

    @property
    def values(self) -> SliceValues:
        """The slices without intervals."""
        e, n = self.expected.value, self.layout.n
        total, lost = max(float(n.sum()), SMALL), float(self.d.sum())
        value = np.full(self.layout.count, np.nan)
        if e > 0:
            value[n > 0] = 1 - self.d[n > 0] / n[n > 0] / e
        disagreement = self.d / lost if lost > 0 else np.zeros(self.layout.count)
        return SliceValues(value, self.layout.units, n, n / total, disagreement)

    def slices(self) -> list[Slice]:
        """Return the slices in order."""
        values, cells = self.values, self.layout.cells
        known: dict[int, Figure] = {}
        if self.expected.value > 0:
            several = np.flatnonzero((values.units > 0) & (cells.dialogues >= 2))
            known = dict(zip(several.tolist(), _Spreads(self).figures(several, values), strict=True))
        columns = (each.tolist() for each in (*values, cells.dialogues))
        return [
            Slice(known.get(g) or self._without_interval(value, units, dialogues), answers, share, disagreement)
            for g, (value, units, answers, share, disagreement, dialogues) in enumerate(zip(*columns, strict=True))
        ]

    def _without_interval(self, value: float, units: int, dialogues: int) -> Figure:
        if not units:
            return Figure(None, NOTHING_TO_COMPARE, None, None, 0, dialogues, 0)
        if self.expected.value > 0:
            return Figure(value, "", None, None, units, dialogues, 2, note=ALIKE)
        return Figure(None, NO_VARIATION, None, None, units, dialogues, 2)


class _Spreads:
    """The intervals of slices: sums over the cells, a cell being the part of a slice in one dialogue."""

    def __init__(self, slices: _Slices) -> None:
        self.slices, self.layout, expected = slices, slices.layout, slices.expected
        layout, cells, categories, e = self.layout, self.layout.cells, slices.categories, expected.value
        observed = slices.d / np.maximum(layout.n, SMALL)
        d = np.bincount(cells.of_share, weights=slices.lost, minlength=len(cells.of_slice))
        # The answers of a slice by category, from both ends of its pairs.
        self.ends = slices.pairs.codes[layout.place]
        used = np.zeros(layout.count * categories)
        for end in self.ends.T:
            used += np.bincount(layout.slice * categories + end, weights=layout.weight / 2, minlength=len(used))
        self.used: Floats = used.reshape(layout.count, categories)
        usual = self.used.argmax(axis=1)[layout.slice]
        rarer = (self.ends[:, 0] != usual) | (self.ends[:, 1] != usual)
        rare = np.bincount(cells.of_share[rarer], minlength=len(cells.of_slice)) > 0
        self.carriers = np.bincount(cells.of_slice[rare], minlength=layout.count)
        self.disagreeing = np.bincount(cells.of_slice[d > 0], minlength=layout.count)
        # The influence of a dialogue: by its own pairs in the slice, and by its answers through e.
        size = layout.n[cells.of_slice]
        own = -(d - observed[cells.of_slice] * cells.n) / np.maximum(size, SMALL) / e
        by_counts = (observed / e**2)[:, None] * expected.by_counts
        if expected.rank is not None:
            by_counts = by_counts - self._by_rank(expected) / e / np.maximum(layout.n, SMALL)[:, None]
        answers = self._answers()
        through = np.einsum("cv,cv->c", by_counts[cells.of_slice], answers[cells.dialogue])
        whole = by_counts @ (answers.T @ answers)
        groups = int((answers.sum(axis=1) > 0).sum())
        total = np.einsum("gv,gv->g", whole, by_counts) + self._cells(own**2 + 2 * own * through)
        mean = (by_counts @ answers.sum(axis=0) + self._cells(own)) / max(groups, 1)
        self.variance = np.maximum(total - groups * mean**2, 0.0)
        inside = (own + through - mean[cells.of_slice]) ** 2
        self.squares, self.fourth = self._cells(inside), self._cells(inside**2)

    def _cells(self, values: Floats) -> Floats:
        sums = np.bincount(self.layout.cells.of_slice, weights=values, minlength=self.layout.count)
        return np.asarray(sums, dtype=np.float64)

    def _answers(self) -> Floats:
        """Return how often each category occurs among the compared answers of each dialogue, (G, V)."""
        pairs, categories, dialogues = self.slices.pairs, self.slices.categories, self.layout.dialogues
        first = dialogues.number[pairs.places.unit] * categories
        counted = np.zeros(dialogues.count * categories)
        for end in pairs.codes.T:
            counted += np.bincount(first + end, weights=pairs.places.weight / 2, minlength=len(counted))
        return counted.reshape(dialogues.count, categories)

    def _by_rank(self, expected: Expected) -> Floats:
        """Return the derivative of the summed distances of each slice by the counts, through the mid-ranks."""
        assert expected.rank is not None  # noqa: S101 -- the caller looked
        layout, categories = self.layout, self.slices.categories
        gap = 2.0 * layout.weight * (expected.rank[self.ends[:, 0]] - expected.rank[self.ends[:, 1]])
        by_rank = np.zeros(layout.count * categories)
        for end, sign in ((0, 1.0), (1, -1.0)):
            key = layout.slice * categories + self.ends[:, end]
            by_rank += np.bincount(key, weights=sign * gap, minlength=len(by_rank))
        return np.asarray(by_rank.reshape(layout.count, categories) @ expected.rank_by_counts)

    def figures(self, places: Ints, values: SliceValues) -> list[Figure]:
        """Return the figures of slices of several dialogues each."""
        used, dialogues = self.used[places], self.layout.cells.dialogues[places]
        n, most = used.sum(axis=1), used.max(axis=1, initial=0)
        rare = n - most
        loss = np.minimum(2 * rare, n) / n * self._farthest(used) / self.slices.expected.value
        events = 2 * rare if self.layout.halves else rare  # half a pair stands for a whole one
        error = np.sqrt(dialogues / (dialogues - 1) * self.variance[places])
        squares, fourth = self.squares[places], self.fourth[places]
        degrees = np.divide(squares**2, fourth, out=np.ones_like(squares), where=fourth > 0)
        degrees = np.rint(np.clip(degrees, 1.0, dialogues - 1)).astype(int)
        none = np.ones(0, dtype=bool)
        counts = (values.units[places], dialogues, self.carriers[places], self.disagreeing[places])
        estimates = [
            Estimate(value, "", None, None, Counts(units, groups, 2, carriers, differing, none), loss=lost, size=size)
            for value, lost, size, units, groups, carriers, differing in zip(
                *(each.tolist() for each in (values.value[places], loss, events, *counts)), strict=True
            )
        ]
        return figures_with(estimates, list(map(Spread, error.tolist(), degrees.tolist())))

    def _farthest(self, used: Floats) -> Floats:
        """Return the largest distance among the categories that occur in each of S slices, (S,)."""
        found, distance = np.zeros(len(used)), self.slices.expected.distance
        step = max(1, TABLE // max(distance.size, 1))
        for first in range(0, len(used), step):
            among = used[first : first + step] > 0
            both = among[:, :, None] & among[:, None, :]
            found[first : first + step] = np.where(both, distance, 0.0).max(axis=(1, 2), initial=0.0)
        return found
