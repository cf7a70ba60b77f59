"""Pairs of answers: what alpha averages over, and what slices divide among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Bools, Floats, Ints
from agreement.statistics.answers.profiles import MISSING

MIXED = -1  # in place of a slice: the two answers of a pair belong to different ones
NO_SLICE = -2  # in place of a slice: the answer belongs to none


@dataclass(frozen=True, eq=False)
class PairPlaces:
    """All P pairs of raters who answered a question on the same utterance.

    Attributes:
        unit: (P,) row of the utterance.
        raters: (P, 2) columns of the two raters.
        weight: (P,) 2 / (m - 1), m being the number of answers to the utterance, so that the pairs of an utterance
            weigh m and those of a corpus n, as in Krippendorff's alpha.
    """

    unit: Ints
    raters: Ints
    weight: Floats

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(frozen=True)
class AnswerPairs:
    """All P pairs of answers to one question on the same utterance.

    Attributes:
        places: of the pairs; questions with the same pairs share them.
        codes: (P, 2) the two answers.
    """

    places: PairPlaces
    codes: Ints


def pairs_of(codes: npt.ArrayLike, known: dict[bytes, PairPlaces] | None = None) -> AnswerPairs:
    """Return the pairs of answers of a table of codes (N, R), -1 where a rater gave none.

    Args:
        codes: the table.
        known: places of other questions by the cells that have an answer; those of this question are added.
    """
    table = np.asarray(codes)
    given = table != MISSING
    key = np.packbits(given).tobytes() if known is not None else b""
    places = known[key] if known and key in known else _places(given)
    if known is not None:
        known[key] = places
    return AnswerPairs(places, np.stack([table[places.unit, column] for column in places.raters.T], axis=1))


def _places(given: Bools) -> PairPlaces:
    answers = np.count_nonzero(given, axis=1)
    units, raters = [np.empty(0, dtype=np.int64)], [np.empty((0, 2), dtype=np.int64)]
    for pair in combinations(range(given.shape[1]), 2):
        units.append(np.flatnonzero(given[:, pair[0]] & given[:, pair[1]]))
        raters.append(np.broadcast_to(np.array(pair), (len(units[-1]), 2)))
    unit = np.concatenate(units)
    return PairPlaces(unit, np.concatenate(raters), 2.0 / np.maximum(answers[unit] - 1, 1))


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

    def ends(self, pairs: PairPlaces) -> Ints:
        """Return the slices (P, 2) of the two answers of each pair."""
        if self.of.ndim == 1:
            return np.repeat(self.of[pairs.unit][:, None], 2, axis=1)
        return np.asarray(self.of[pairs.unit[:, None], pairs.raters])

    def shares(self, pairs: PairPlaces) -> tuple[Ints, Ints, Floats]:
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
