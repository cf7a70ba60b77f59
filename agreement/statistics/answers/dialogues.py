"""The dialogues of utterances: sums over each dialogue, and whether anything occurs in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CELLS = 1 << 15  # of a table of dialogues by kinds at a time: 256 KB stay in the cache, and need no new pages
# A table costs the time of its cells and of their products; columns of sums that of their additions. In ns, measured.
PER_CELL, PER_PRODUCT, PER_ADDITION = 1.0, 0.05, 2.5
SERIAL = 1 << 18  # products of one matrix multiplication up to which OpenBLAS starts no threads, which cost more here
FLAGS = 62  # that fit into one integer


@dataclass(frozen=True)
class Dialogues:
    """The assignment of N utterances to G dialogues.

    Attributes:
        number: (N,) 0..G-1.
        count: G.
    """

    number: Ints
    count: int

    @cached_property
    def starts(self) -> Ints | None:
        """(G,) first utterance of each dialogue, if the utterances come dialogue by dialogue."""
        jumps = np.diff(self.number, prepend=-1)
        return np.flatnonzero(jumps) if len(jumps) and jumps.min() >= 0 else None

    @cached_property
    def _order(self) -> Ints | None:
        """(N,) the utterances dialogue by dialogue; None if they come so."""
        return None if self.starts is not None else np.argsort(self.number, kind="stable")

    @cached_property
    def _ends(self) -> Ints:
        """(G + 1,) number of utterances in all dialogues before each, and in all."""
        return np.append(0, np.cumsum(np.bincount(self.number, minlength=self.count)))

    def sums(self, kind: Ints, values: Floats) -> Floats:
        """Return the sums (G, K) over each dialogue of K values of its utterances.

        Args:
            kind: (N,) row of `values` of each utterance.
            values: (kinds, K).
        """
        found = np.empty((self.count, values.shape[1]))
        for block, sums in self.blocks_of_sums(kind, values):
            found[block] = sums
        return found

    def blocks_of_sums(self, kind: Ints, values: Floats) -> Iterator[tuple[slice, Floats]]:
        """Yield blocks of dialogues with their rows of `sums`, which the next block overwrites; arguments as there.

        Each block counts how often each kind occurs in each dialogue, and multiplies. If that takes longer, because
        there are many kinds, the values themselves are added.
        """
        kinds, width = values.shape
        if self.count * kinds * (PER_CELL + PER_PRODUCT * width) > len(kind) * width * PER_ADDITION:
            found = np.empty((width, self.count))
            for column, row in zip(values.T, found, strict=True):
                row[:] = np.bincount(self.number, weights=np.ascontiguousarray(column)[kind], minlength=self.count)
            yield slice(0, self.count), found.T
            return
        number, own = (self.number, kind) if self._order is None else (self.number[self._order], kind[self._order])
        step = max(1, CELLS // max(kinds, width))
        room = np.empty((min(step, self.count), width))
        for first in range(0, self.count, step):
            last = min(first + step, self.count)
            low, high = self._ends[first], self._ends[last]
            cells = number[low:high] - first
            cells *= kinds
            cells += own[low:high]
            counted = np.bincount(cells, weights=np.ones(len(cells)), minlength=(last - first) * kinds)
            yield (
                slice(first, last),
                product(np.asarray(counted, dtype=float).reshape(-1, kinds), values, room[: last - first]),
            )

    def marks(self, kind: Ints, flags: Bools) -> Bools:
        """Return whether each dialogue has an utterance of which each flag holds, (G, B).

        Args:
            kind: (N,) row of `flags` of each utterance.
            flags: (kinds, B).
        """
        blocks = [self._bits(kind, flags[:, first : first + FLAGS]) for first in range(0, flags.shape[1], FLAGS)]
        return np.hstack([np.empty((self.count, 0), dtype=np.bool_), *blocks])

    def having(self, kind: Ints, flags: Bools) -> Ints:
        """Return the number (B,) of dialogues with an utterance of which each flag holds; arguments as for `marks`."""
        columns = np.ascontiguousarray(self.marks(kind, flags).T)
        return np.array([np.count_nonzero(column) for column in columns], dtype=np.int64)

    def _bits(self, kind: Ints, flags: Bools) -> Bools:
        bits = np.left_shift(np.int64(1), np.arange(flags.shape[1], dtype=np.int64))
        marks = (flags @ bits)[kind]
        if self.starts is not None:
            of_dialogue = np.bitwise_or.reduceat(marks, self.starts)
        else:
            of_dialogue = np.zeros(self.count, dtype=np.int64)
            np.bitwise_or.at(of_dialogue, self.number, marks)
        octets = of_dialogue.astype("<i8", copy=False).view(np.uint8).reshape(-1, 8)[:, : (flags.shape[1] + 7) // 8]
        return np.unpackbits(octets, axis=1, count=flags.shape[1], bitorder="little").view(np.bool_)


@dataclass(frozen=True)
class NoDialogues(Dialogues):
    """The dialogues of utterances whose values are computed without intervals: nothing is counted in them."""

    number: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    count: int = 0

    def having(self, kind: Ints, flags: Bools) -> Ints:  # noqa: ARG002 -- the signature of the base
        """Return zeros (B,)."""
        return np.zeros(flags.shape[1], dtype=np.int64)


def product(table: Floats, values: Floats, found: Floats) -> Floats:
    """Return table @ values, (G, kinds) @ (kinds, K), in `found`, by blocks for which OpenBLAS starts no threads."""
    rows = max(1, SERIAL // max(values.size, 1))
    whole = len(table) // rows * rows
    if whole:
        blocks = (whole // rows, rows)
        np.matmul(table[:whole].reshape(*blocks, -1), values, out=found[:whole].reshape(*blocks, values.shape[1]))
    np.matmul(table[whole:], values, out=found[whole:])
    return found


def dialogues_of(keys: npt.ArrayLike | None, units: int) -> Dialogues:
    """Return the dialogues of utterances.

    Args:
        keys: (N,) any integers that identify the dialogues; by default every utterance is its own dialogue.
        units: N.
    """
    if keys is None:
        return Dialogues(np.arange(units), units)
    key = np.asarray(keys)
    steps = np.diff(key) != 0
    distinct = np.unique(key[np.flatnonzero(np.append(True, steps))] if len(key) else key, return_inverse=True)
    if len(distinct[0]) == np.count_nonzero(steps) + (len(key) > 0):  # dialogue by dialogue
        return Dialogues(np.append(0, np.cumsum(steps))[: len(key)].astype(np.int64), len(distinct[0]))
    number = np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return Dialogues(number, len(distinct[0]))
