"""Layouts: which pairs count for which slice, and in which dialogue; the same for all questions with the same pairs."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Dialogues, Floats, Ints
from agreement.statistics.slices.pairs import NO_SLICE, PairPlaces, Slicing

TABLE = 1 << 21  # largest number of possible keys that are counted in a table instead of sorted


class Division:
    """A slicing of the utterances of dialogues, with the layouts of the pairs seen so far."""

    def __init__(self, slicing: Slicing, dialogues: Dialogues) -> None:
        self.slicing, self.dialogues = slicing, dialogues
        self._layouts: dict[PairPlaces, Layout] = {}

    def layout(self, pairs: PairPlaces) -> Layout:
        """Return the layout of pairs; computed once."""
        if pairs not in self._layouts:
            self._layouts[pairs] = Layout(pairs, self)
        return self._layouts[pairs]

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """(N,) place of each utterance's cell among those of all utterances, and (C,) their keys, slice * G + dialogue.

        Of a slicing of utterances: the cell of a pair is that of its utterance, whatever the question.
        """
        of = np.where(self.slicing.of == NO_SLICE, self.slicing.count, self.slicing.of)
        keys, place = np.unique(of * self.dialogues.count + self.dialogues.number, return_inverse=True)
        return place.reshape(-1), keys


class Cells(NamedTuple):
    """The C cells of a layout: a cell is the part of a slice in one dialogue.

    Attributes:
        of_share: (S,) cell of each share of a pair.
        of_slice, dialogue: (C,) slice and dialogue of each cell.
        n: (C,) weight of its pairs.
        dialogues: (K + 2,) number of cells of each slice.
    """

    of_share: Ints
    of_slice: Ints
    dialogue: Ints
    n: Floats
    dialogues: Ints


class Layout:
    """The S shares of pairs that count for K slices, for the pairs without a slice, and for the mixed ones.

    Attributes:
        place, slice, weight: (S,), as `Slicing.shares` returns them.
        count: K + 2.
        halves: as in `Slicing`.
        n: (K + 2,) weight of the pairs of each slice.
        dialogues: of the utterances.
    """

    def __init__(self, pairs: PairPlaces, division: Division) -> None:
        slicing = division.slicing
        self._pairs, self._slicing, self._division, self.dialogues = pairs, slicing, division, division.dialogues
        self.count, self.halves = slicing.count + 2, slicing.halves
        self.place, self.slice, self.weight = slicing.shares(pairs)
        self.n = self.sums(self.weight)

    def sums(self, values: Floats) -> Floats:
        """Return the sums (K + 2,) over slices of a value (S,) of each share."""
        return np.asarray(np.bincount(self.slice, weights=values, minlength=self.count), dtype=np.float64)

    @cached_property
    def units(self) -> Ints:
        """(K + 2,) number of utterances compared in each slice."""
        of, unit = self._slicing.of, self._pairs.unit
        if of.ndim > 1:
            width = int(unit.max(initial=0)) + 1
            keys = _distinct(self.slice * width + unit[self.place], self.count * width)
            return np.bincount(keys // width, minlength=self.count)
        once = of[_distinct(unit, len(of))]
        return np.bincount(np.where(once == NO_SLICE, self.count - 2, once), minlength=self.count)

    @cached_property
    def cells(self) -> Cells:
        """The cells."""
        groups = self.dialogues.count
        if self._slicing.of.ndim == 1:
            of_utterance, keys = self._division.cells
            of_share = of_utterance[self._pairs.unit]
        else:
            key = self.slice * groups + self.dialogues.number[self._pairs.unit[self.place]]
            keys = _distinct(key, self.count * groups)
            of_share = np.searchsorted(keys, key)
        n = np.asarray(np.bincount(of_share, weights=self.weight, minlength=len(keys)), float)
        used = n > 0
        if not used.all():
            keys, n, of_share = keys[used], n[used], (np.cumsum(used) - 1)[of_share]
        of_slice = keys // groups
        return Cells(of_share, of_slice, keys % groups, n, np.bincount(of_slice, minlength=self.count))


def _distinct(keys: Ints, size: int) -> Ints:
    """Return the distinct keys 0..size-1 in order; in a table, which is faster than sorting, if it is small."""
    if size <= TABLE:
        return np.flatnonzero(np.bincount(keys, minlength=1))
    return np.unique(keys)
