"""Searching the arrays: block by block, so that a page ends as soon as it is full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.label_index.arrays import Arrays
from agreement.label_index.block import Block, Considered, Mask
from agreement.label_index.criteria import Criterion
from agreement.label_index.texts import Rows

BLOCK = 1 << 16  # rows; their codes fit into the cache of a processor
FEW = 4096  # rows of the first block; a page often ends there
GROWTH = 2  # each block has so many times the rows of the one before, up to `BLOCK`
SPARSE = 128  # if fewer than one row in so many is a candidate, their texts are searched one by one


@dataclass(frozen=True, slots=True)
class Search:
    """A search.

    Attributes:
        arrays: the corpus.
        considered: the annotations that count.
        criteria: all of which must fit, the cheapest first.
        needle: what the texts must contain, as `texts.needle` returns it; empty for anything.
    """

    arrays: Arrays
    considered: Considered
    criteria: Sequence[Criterion]
    needle: bytes = b""

    def after(self, row: int, most: int) -> list[int]:
        """Return the first rows that fit from `row` on, at most `most`."""
        found: list[int] = []
        for block in self._blocks(row, len(self.arrays)):
            for each in self._fitting(block):
                found.append(each)
                if len(found) == most:
                    return found
        return found

    def before(self, row: int, most: int) -> list[int]:
        """Return the last rows that fit before `row`, at most `most`, in the order of the corpus."""
        found: list[int] = []
        stop = row
        size = FEW
        while stop > 0 and len(found) < most:
            start = max(0, stop - size)
            fitting = list(self._fitting(Block(self.arrays, self.considered, start, stop)))
            found = fitting + found
            stop, size = start, min(GROWTH * size, BLOCK)
        return found[-most:]

    def all(self) -> Rows:
        """Return all rows that fit."""
        none = np.empty(0, dtype=np.int64)
        return np.concatenate([none, *(self._all_of(block) for block in self._blocks(0, len(self.arrays)))])

    def count(self) -> int:
        """Return the number of rows that fit."""
        return sum(self._count_of(block) for block in self._blocks(0, len(self.arrays)))

    def fits(self, row: int) -> bool:
        """Return whether a row fits."""
        return any(True for _ in self._fitting(Block(self.arrays, self.considered, row, row + 1)))

    def _blocks(self, start: int, stop: int) -> Iterator[Block]:
        size = FEW
        while start < stop:
            yield Block(self.arrays, self.considered, start, min(start + size, stop))
            start, size = start + size, min(GROWTH * size, BLOCK)

    def _mask(self, block: Block) -> Mask | None:
        """Return the rows that fit all criteria; None if there are none of them."""
        mask: Mask | None = None
        for criterion in self.criteria:
            mask = criterion(block) if mask is None else mask & criterion(block)
            if not mask.any():
                return None
        return np.ones(block.size, dtype=bool) if mask is None else mask

    def _fitting(self, block: Block) -> Iterator[int]:
        mask = self._mask(block)
        if mask is None:
            return
        if not self.needle:
            yield from (np.flatnonzero(mask) + block.start).tolist()
            return
        candidates = np.flatnonzero(mask)
        if SPARSE * len(candidates) < block.size:
            for row in (candidates + block.start).tolist():
                if self.arrays.texts.contains(row, self.needle):
                    yield row
            return
        texts = self.arrays.texts.rows_with(self.needle, block.start, block.stop)
        found = (row for row in texts if mask[row - block.start])
        yield from found if not self.arrays.texts.has_edits else sorted(found)

    def _all_of(self, block: Block) -> Rows:
        if self.needle:
            return np.array(list(self._fitting(block)), dtype=np.int64)
        mask = self._mask(block)
        return np.empty(0, dtype=np.int64) if mask is None else np.flatnonzero(mask) + block.start

    def _count_of(self, block: Block) -> int:
        if self.needle:
            return sum(1 for _ in self._fitting(block))
        mask = self._mask(block)
        return 0 if mask is None else int(np.count_nonzero(mask))
