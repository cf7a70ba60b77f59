"""Alpha of slices by the expected disagreement of the corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Dialogues, Floats, Ints
from agreement.statistics.answers.distances import Level, Values, fixed_distance
from agreement.statistics.intervals.by_dialogues import Spread, figure_with
from agreement.statistics.intervals.estimates import Counts, Estimate
from agreement.statistics.intervals.figures import ALIKE, NO_VARIATION, NOTHING_TO_COMPARE, Figure
from agreement.statistics.slices.pairs import NO_SLICE, AnswerPairs, Slicing

SMALL = 1e-12
TABLE = 1 << 21  # largest number of possible keys that are counted in a table instead of sorted


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
    weight = np.repeat(pairs.weight / 2, 2)
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


def slice_values(pairs: AnswerPairs, slicing: Slicing, expected: Expected) -> SliceValues:
    """Return alpha of slices as in `alpha_slices`, fast for thousands of slices."""
    return _Slices(pairs, slicing, expected).values


def alpha_slices(pairs: AnswerPairs, slicing: Slicing, expected: Expected, dialogues: Dialogues) -> list[Slice]:
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
        slicing: of its utterances or answers.
        expected: of all its pairs.
        dialogues: of its utterances.
    """
    return _Slices(pairs, slicing, expected).slices(dialogues)


class _Slices:
    def __init__(self, pairs: AnswerPairs, slicing: Slicing, expected: Expected) -> None:
        self.expected, self.categories = expected, len(expected.counts)
        self.pairs, self.slicing, self.count = pairs, slicing, slicing.count + 2
        self.place, self.slice, self.weight = slicing.shares(pairs)
        distance = expected.distance[pairs.codes[:, 0], pairs.codes[:, 1]]
        self.distance = distance[self.place]
        self.n = self._sums(self.weight)
        self.d = self._sums(self.weight * self.distance)

    def _sums(self, values: Floats) -> Floats:
        return np.asarray(np.bincount(self.slice, weights=values, minlength=self.count), dtype=np.float64)

    @property
    def values(self) -> SliceValues:
        """The slices without intervals."""
        e, total, lost = self.expected.value, max(float(self.n.sum()), SMALL), float(self.d.sum())
        value = np.full(self.count, np.nan)
        if e > 0:
            value[self.n > 0] = 1 - self.d[self.n > 0] / self.n[self.n > 0] / e
        disagreement = self.d / lost if lost > 0 else np.zeros(self.count)
        return SliceValues(value, self._units(), self.n, self.n / total, disagreement)

    def _units(self) -> Ints:
        """Return the number (K + 2,) of utterances compared in each slice."""
        if self.slicing.of.ndim > 1:
            return self.distinct(self.pairs.unit[self.place])
        of = self.slicing.of[_distinct(self.pairs.unit, len(self.slicing.of))]
        return np.bincount(np.where(of == NO_SLICE, self.slicing.count, of), minlength=self.count)

    def distinct(self, of: Ints) -> Ints:
        """Return the number (K + 2,) of distinct values in each slice."""
        width = int(of.max(initial=0)) + 1
        return np.bincount(_distinct(self.slice * width + of, self.count * width) // width, minlength=self.count)

    def slices(self, dialogues: Dialogues) -> list[Slice]:
        """Return the slices in order."""
        values = self.values
        spread = _Spreads(self, dialogues) if self.expected.value > 0 else None
        counts = self.distinct(dialogues.number[self.pairs.unit[self.place]])
        columns = (each.tolist() for each in (*values, counts))
        return [
            Slice(self._figure(g, value, units, n_dialogues, spread), answers, share, disagreement)
            for g, (value, units, answers, share, disagreement, n_dialogues) in enumerate(zip(*columns, strict=True))
        ]

    def _figure(self, g: int, value: float, units: int, dialogues: int, spread: _Spreads | None) -> Figure:
        if spread is None or not units:
            return Figure(
                None, NO_VARIATION if units else NOTHING_TO_COMPARE, None, None, units, dialogues, 2 if units else 0
            )
        if dialogues < 2:
            return Figure(value, "", None, None, units, dialogues, 2, note=ALIKE)
        return spread.figure(g, value, units, dialogues)


class _Spreads:
    """The intervals of slices: sums over the cells, a cell being the part of a slice in one dialogue."""

    def __init__(self, slices: _Slices, dialogues: Dialogues) -> None:
        self.slices, expected = slices, slices.expected
        observed, categories, e = slices.d / np.maximum(slices.n, SMALL), slices.categories, expected.value
        pairs, place = slices.pairs, slices.place
        dialogue = dialogues.number[pairs.unit[place]]
        key = slices.slice * dialogues.count + dialogue
        keys = _distinct(key, slices.count * dialogues.count)
        cell = np.searchsorted(keys, key)
        self.of_cell = keys // dialogues.count  # slice of each cell
        n = np.bincount(cell, weights=slices.weight)
        d = np.bincount(cell, weights=slices.weight * slices.distance)
        # The answers of a slice by category, from both ends of its pairs.
        ends = pairs.codes[place]
        each = np.repeat(slices.slice, 2) * categories + ends.ravel()
        self.used = np.bincount(each, weights=np.repeat(slices.weight / 2, 2), minlength=slices.count * categories)
        self.used = self.used.reshape(slices.count, categories)
        usual = self.used.argmax(axis=1)
        rare = np.bincount(cell, weights=(ends != usual[slices.slice][:, None]).any(axis=1)) > 0
        self.carriers = np.bincount(self.of_cell, weights=rare, minlength=slices.count).astype(int)
        self.disagreeing = np.bincount(self.of_cell, weights=d > 0, minlength=slices.count).astype(int)
        # The influence of a dialogue: by its own pairs in the slice, and by its answers through e.
        size = slices.n[self.of_cell]
        own = -(d - observed[self.of_cell] * n) / np.maximum(size, SMALL) / e
        by_counts = (observed / e**2)[:, None] * expected.by_counts
        if expected.rank is not None:
            by_counts = by_counts - self._by_rank(expected) / e / np.maximum(slices.n, SMALL)[:, None]
        answers = self._answers(dialogues)
        compared = answers.sum(axis=1) > 0
        through = np.einsum("cv,cv->c", by_counts[self.of_cell], answers[keys % dialogues.count])
        whole = by_counts @ (answers.T @ answers)
        groups = int(compared.sum())
        total = np.einsum("gv,gv->g", whole, by_counts) + self._cells(own**2 + 2 * own * through)
        mean = (by_counts @ answers.sum(axis=0) + self._cells(own)) / max(groups, 1)
        self.variance = np.maximum(total - groups * mean**2, 0.0)
        inside = (own + through - mean[self.of_cell]) ** 2
        self.squares, self.fourth = self._cells(inside), self._cells(inside**2)

    def _cells(self, values: Floats) -> Floats:
        sums = np.bincount(self.of_cell, weights=values, minlength=self.slices.count)
        return np.asarray(sums, dtype=np.float64)

    def _answers(self, dialogues: Dialogues) -> Floats:
        """Return how often each category occurs among the compared answers of each dialogue, (G, V)."""
        pairs, categories = self.slices.pairs, self.slices.categories
        key = np.repeat(dialogues.number[pairs.unit], 2) * categories + pairs.codes.ravel()
        counted = np.bincount(key, weights=np.repeat(pairs.weight / 2, 2), minlength=dialogues.count * categories)
        return np.asarray(counted.reshape(dialogues.count, categories))

    def _by_rank(self, expected: Expected) -> Floats:
        """Return the derivative of the summed distances of each slice by the counts, through the mid-ranks."""
        assert expected.rank is not None  # noqa: S101 -- the caller looked
        slices, categories = self.slices, self.slices.categories
        ends = slices.pairs.codes[slices.place]
        gap = expected.rank[ends[:, 0]] - expected.rank[ends[:, 1]]
        by_rank = np.zeros(slices.count * categories)
        for end, sign in ((0, 2.0), (1, -2.0)):
            by_rank += np.bincount(
                slices.slice * categories + ends[:, end], weights=sign * slices.weight * gap, minlength=len(by_rank)
            )
        return np.asarray(by_rank.reshape(slices.count, categories) @ expected.rank_by_counts)

    def figure(self, g: int, value: float, units: int, dialogues: int) -> Figure:
        """Return the figure of a slice of several dialogues."""
        used, e = self.used[g], self.slices.expected.value
        n, rare = float(used.sum()), float(used.sum() - used.max())
        among = np.flatnonzero(used > 0)
        farthest = float(self.slices.expected.distance[np.ix_(among, among)].max())
        counts = Counts(units, dialogues, 2, int(self.carriers[g]), int(self.disagreeing[g]), np.ones(0, dtype=bool))
        loss = min(2 * rare, n) / n * farthest / e
        events = 2 * rare if self.slices.slicing.halves else rare  # half a pair stands for a whole one
        estimate = Estimate(value, "", None, None, counts, loss=loss, size=events)
        error = float(np.sqrt(dialogues / (dialogues - 1) * self.variance[g]))
        degrees = self.squares[g] ** 2 / self.fourth[g] if self.fourth[g] > 0 else 1.0
        return figure_with(estimate, Spread(error, round(min(max(degrees, 1.0), dialogues - 1))))


def _distinct(keys: Ints, size: int) -> Ints:
    """Return the distinct keys 0..size-1 in order; in a table, which is faster than sorting, if it is small."""
    if size <= TABLE:
        return np.flatnonzero(np.bincount(keys, minlength=1))
    return np.unique(keys)
