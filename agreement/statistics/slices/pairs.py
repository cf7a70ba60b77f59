"""Pairs of answers: what alpha averages over, and what slices divide among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Floats, Ints
from agreement.statistics.answers.profiles import MISSING

MIXED = -1  # in place of a slice: the two answers of a pair belong to different ones
NO_SLICE = -2  # in place of a slice: the answer belongs to none


@dataclass(frozen=True)
class AnswerPairs:
    """All P pairs of answers to one question on the same utterance.

    Attributes:
        unit: (P,) row of the utterance.
        raters: (P, 2) columns of the two raters.
        codes: (P, 2) their answers.
        weight: (P,) 2 / (m - 1), m being the number of answers to the utterance, so that the pairs of an utterance
            weigh m and those of a corpus n, as in Krippendorff's alpha.
    """

    unit: Ints
    raters: Ints
    codes: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.unit)


def pairs_of(codes: npt.ArrayLike) -> AnswerPairs:
    """Return the pairs of answers of a table of codes (N, R), -1 where a rater gave none."""
    table = np.asarray(codes)
    answers = np.count_nonzero(table != MISSING, axis=1)
    units, raters, given = [], [], []
    for first, second in combinations(range(table.shape[1]), 2):
        rows = np.flatnonzero((table[:, first] != MISSING) & (table[:, second] != MISSING))
        units.append(rows)
        raters.append(np.broadcast_to(np.array([first, second]), (len(rows), 2)))
        given.append(np.stack([table[rows, first], table[rows, second]], axis=1))
    unit = np.concatenate([np.empty(0, dtype=np.int64), *units])
    return AnswerPairs(
        unit,
        np.concatenate([np.empty((0, 2), dtype=np.int64), *raters]),
        np.concatenate([np.empty((0, 2), dtype=np.int64), *given]),
        2.0 / np.maximum(answers[unit] - 1, 1),
    )


@dataclass(frozen=True)
class Slicing:
    """A division of a corpus into K slices.

    Attributes:
        of: (N,) slice 0..K-1 of each utterance, or (N, R) of each answer; `NO_SLICE` for none.
        count: K.
        halves: whether a pair whose answers belong to two slices is shared by them half and half, instead of being
            mixed. Slices by annotator are shared so, since every pair belongs to two annotators.
    """

    of: Ints
    count: int
    halves: bool = False

    def ends(self, pairs: AnswerPairs) -> Ints:
        """Return the slices (P, 2) of the two answers of each pair."""
        if self.of.ndim == 1:
            return np.repeat(self.of[pairs.unit][:, None], 2, axis=1)
        return np.asarray(self.of[pairs.unit[:, None], pairs.raters])

    def shares(self, pairs: AnswerPairs) -> tuple[Ints, Ints, Floats]:
        """Return the places (S,) in the pairs, the slices (S,) they count for, and the weights (S,) they count with.

        Slices are 0..K-1, then K for pairs without a slice, then K + 1 for the mixed ones, so that all weights add up
        to those of the pairs.
        """
        ends = np.where(self.ends(pairs) == NO_SLICE, self.count, self.ends(pairs))
        first, second = ends[:, 0], ends[:, 1]
        places = np.arange(len(pairs))
        if self.halves:
            half = pairs.weight / 2
            return np.concatenate([places, places]), np.concatenate([first, second]), np.concatenate([half, half])
        return places, np.where(first == second, first, self.count + 1), pairs.weight
