"""The dialogues of utterances: sums over each dialogue, and whether anything occurs in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DENSE_KINDS = 128  # up to so many kinds, a table of dialogues by kinds is smaller than the columns of all sums
CELLS = 1 << 21  # of such a table at a time: 16 MB
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

    def sums(self, kind: Ints, values: Floats) -> Floats:
        """Return the sums (G, K) over each dialogue of K values of its utterances.

        Args:
            kind: (N,) row of `values` of each utterance.
            values: (kinds, K).
        """
        kinds, width = values.shape
        if width > 1 and kinds <= DENSE_KINDS and (self.count * kinds <= CELLS or self.starts is not None):
            return self._by_table(kind, values)
        found = np.empty((width, self.count))
        for column, row in zip(values.T, found, strict=True):
            row[:] = np.bincount(self.number, weights=np.ascontiguousarray(column)[kind], minlength=self.count)
        return found.T

    def _by_table(self, kind: Ints, values: Floats) -> Floats:
        """Count the kinds in each dialogue, in blocks of dialogues, and multiply."""
        kinds = len(values)
        step = max(1, min(self.count, CELLS // max(kinds, 1)))
        if step >= self.count:
            return self._times(self.number, kind, self.count, kinds) @ values
        found = np.empty((self.count, values.shape[1]))
        for first in range(0, self.count, step):
            last = min(first + step, self.count)
            low, high = np.searchsorted(self.number, (first, last))
            times = self._times(self.number[low:high] - first, kind[low:high], last - first, kinds)
            found[first:last] = times @ values
        return found

    @staticmethod
    def _times(number: Ints, kind: Ints, count: int, kinds: int) -> Floats:
        cells = number * kinds
        cells += kind
        counted = np.bincount(cells, weights=np.ones(len(cells)), minlength=count * kinds)
        return np.asarray(counted.reshape(count, kinds), dtype=np.float64)

    def having(self, kind: Ints, flags: Bools) -> Ints:
        """Return the number (B,) of dialogues with an utterance of which each flag holds.

        Args:
            kind: (N,) row of `flags` of each utterance.
            flags: (kinds, B).
        """
        found = np.empty(flags.shape[1], dtype=np.int64)
        for first in range(0, flags.shape[1], FLAGS):
            block = flags[:, first : first + FLAGS]
            bits = np.left_shift(np.int64(1), np.arange(block.shape[1], dtype=np.int64))
            marks = (block @ bits)[kind]
            if self.starts is not None:
                of_dialogue = np.bitwise_or.reduceat(marks, self.starts)
            else:
                of_dialogue = np.zeros(self.count, dtype=np.int64)
                np.bitwise_or.at(of_dialogue, self.number, marks)
            found[first : first + FLAGS] = [np.count_nonzero(of_dialogue & bit) for bit in bits]
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
