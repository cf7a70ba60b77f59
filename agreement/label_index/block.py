"""A block: some consecutive rows of the arrays with the answers that a search looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agreement.judgements.comparability import Codes
from agreement.label_index.arrays import Arrays, Layer
from corpus.rules.codebook.codes import BITS, MISSING, Column

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Considered:
    """The annotations that a search looks at.

    Attributes:
        raters: (R + 1,) whether each rater counts; the last is false, for places without an annotation.
        unfinished: (rater, first row, row after the last): dialogues that a rater has not handed in.
        first: whether to read the codes that were handed in first.
    """

    raters: Mask
    unfinished: Sequence[tuple[int, int, int]] = ()
    first: bool = False


@dataclass(slots=True)
class Answerer:
    """The answers of at most one rater to each of n utterances.

    Attributes:
        given: (n,) whether there are any.
        codes: (W, n) their codes; meaningless where none are given.
    """

    given: Mask
    codes: Codes

    def state(self, column: Column) -> Codes:
        """Return (n,) the first cell of a question: a code if it is not negative, else the reason why there is none."""
        cells: Codes = self.codes[column.start]
        return cells

    def has(self, column: Column) -> Mask:
        """Return (n,) whether the question has an answer that is a choice or value."""
        has: Mask = self.given & (self.codes[column.start] >= 0)
        return has

    def equals(self, column: Column, answer: int) -> Mask:
        """Return (n,) whether the answer is this one, or contains it if the question takes several choices."""
        if not column.is_set:
            equal: Mask = self.codes[column.start] == answer
            return equal
        cell, bit = divmod(answer, BITS)
        among: Mask = (self.codes[column.start + cell] >> bit & 1).astype(bool)
        return among


@dataclass
class Block:
    """The rows from `start` to before `stop`."""

    arrays: Arrays
    considered: Considered
    start: int
    stop: int

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.stop - self.start

    @cached_property
    def answerers(self) -> list[Answerer]:
        """Each layer's answers that the search looks at."""
        return [self._answerer(layer, self.considered.raters) for layer in self.arrays.layers]

    def of_rater(self, number: int) -> list[Answerer]:
        """Return the answers of one rater."""
        only = np.zeros_like(self.considered.raters)
        only[number] = self.considered.raters[number]
        return [self._answerer(layer, only) for layer in self.arrays.layers]

    @cached_property
    def count(self) -> npt.NDArray[np.int16]:
        """Number of raters with answers to each utterance."""
        total = np.zeros(self.size, dtype=np.int16)
        for each in self.answerers:
            total += each.given
        return total

    def anybody(self, masks: Iterable[Mask]) -> Mask:
        """Return (n,) whether one of the masks (n,) holds."""
        found = np.zeros(self.size, dtype=bool)
        for mask in masks:
            found |= mask
        return found

    def _answerer(self, layer: Layer, raters: Mask) -> Answerer:
        own = layer.rater[self.start : self.stop]
        given = raters[own]  # NOBODY is the last place
        for rater, first, last in self.considered.unfinished:
            if first < self.stop and last > self.start and raters[rater]:
                rows = slice(max(first - self.start, 0), last - self.start)
                given[rows] &= own[rows] != rater
        codes = layer.codes[:, self.start : self.stop]
        if self.considered.first and layer.first:
            changed = [row for row in layer.first if self.start <= row < self.stop]
            if changed:
                codes = codes.copy()
                for row in changed:
                    codes[:, row - self.start] = layer.first[row]
        return Answerer(given, codes)


def differ(answerers: Sequence[Answerer], column: Column, size: int) -> Mask:
    """Return (n,) whether two raters gave different answers to a question."""
    low = np.full(size, np.iinfo(np.int16).max, dtype=np.int16)
    found = np.zeros(size, dtype=bool)
    has = [each.has(column) for each in answerers]
    for cell in range(column.start, column.start + column.width):
        least, most = low.copy(), np.full(size, MISSING, dtype=np.int16)
        for each, valid in zip(answerers, has, strict=True):
            np.minimum(least, each.codes[cell], out=least, where=valid)
            np.maximum(most, each.codes[cell], out=most, where=valid)
        found |= (least < most) & (most > MISSING)
    return found
