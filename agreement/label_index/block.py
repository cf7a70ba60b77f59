"""A block: some consecutive rows of the arrays with the answers that a search looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


@dataclass
class Answerer:
    """The answers of at most one rater to each of n utterances.

    Attributes:
        given: (n,) whether there are any.
        codes: (W, n) their codes.
        whole: whether the codes are `MISSING` wherever none are given.
    """

    given: Mask
    codes: Codes
    whole: bool = True
    _cells: dict[int, Codes] = field(default_factory=dict)

    def cell(self, number: int) -> Codes:
        """Return (n,) one cell, `MISSING` where no answers are given."""
        if self.whole:
            codes: Codes = self.codes[number]
            return codes
        if number not in self._cells:
            self._cells[number] = np.where(self.given, self.codes[number], np.int16(MISSING))
        return self._cells[number]

    def state(self, column: Column) -> Codes:
        """Return (n,) the first cell of a question: a code if it is not negative, else the reason why there is none."""
        return self.cell(column.start)

    def has(self, column: Column) -> Mask:
        """Return (n,) whether the question has an answer that is a choice or value."""
        return self.cell(column.start) >= 0

    def equals(self, column: Column, answer: int) -> Mask:
        """Return (n,) whether the answer is this one, or contains it if the question takes several choices."""
        if not column.is_set:
            equal: Mask = self.cell(column.start) == answer
            return equal
        cell, bit = divmod(answer, BITS)
        among: Mask = (self.codes[column.start + cell] & (1 << bit)) != 0
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
        whole = bool(raters[:-1].all())
        given = own >= 0 if whole else raters[own]  # NOBODY is the last place
        for rater, first, last in self.considered.unfinished:
            if first < self.stop and last > self.start and raters[rater]:
                rows = slice(max(first - self.start, 0), last - self.start)
                given[rows] &= own[rows] != rater
                whole = False
        codes = layer.codes[:, self.start : self.stop]
        if self.considered.first and layer.first:
            changed = [row for row in layer.first if self.start <= row < self.stop]
            if changed:
                codes = codes.copy()
                for row in changed:
                    codes[:, row - self.start] = layer.first[row]
        return Answerer(given, codes, whole)


def differ(answerers: Sequence[Answerer], column: Column, size: int) -> Mask:
    """Return (n,) whether two raters gave different answers to a question."""
    found = np.zeros(size, dtype=bool)
    if not answerers:
        return found
    for cell in range(column.start, column.start + column.width):
        values = [each.cell(cell) for each in answerers]
        if cell > column.start:  # of a set: only where there is one
            values = [np.where(each.has(column), own, MISSING) for each, own in zip(answerers, values, strict=True)]
        most = values[0]
        least = most.view(np.uint16)  # negative codes are larger than all others then
        for each in values[1:]:
            most, least = np.maximum(most, each), np.minimum(least, each.view(np.uint16))
        found |= (most > MISSING) & (least.view(np.int16) != most)
    return found
