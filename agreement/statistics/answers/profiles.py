"""Profiles: which rater gave which answer, each distinct combination once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Bools, Dialogues, Floats, Ints

MISSING = -1
TABLE = 1 << 17  # largest number of possible keys that are counted in a table instead of sorted
LARGEST = 2**62


@dataclass(frozen=True)
class Profiles:
    """Q distinct rows of the answers of R raters to N utterances.

    Attributes:
        codes: (Q, R) 0..V-1, or -1 where the rater gave no answer.
        times: (Q,) number of utterances with the row.
        of_unit: (N,) row of each utterance.
        dialogues: of the utterances.
        categories: V.
    """

    codes: Ints
    times: Ints
    of_unit: Ints
    dialogues: Dialogues
    categories: int

    @cached_property
    def given(self) -> Bools:
        """(Q, R) whether the rater gave an answer."""
        return np.asarray(self.codes != MISSING)

    @property
    def n_raters(self) -> int:
        """Number of raters with an answer."""
        return int(self.given.any(axis=0).sum())

    def sums(self, values: Floats) -> Floats:
        """Return the sums (G, K) over dialogues of values (Q, K) of their utterances."""
        return self.dialogues.sums(self.of_unit, values)

    def having(self, flags: Bools) -> Ints:
        """Return the number (B,) of dialogues with an utterance of which flags (Q, B) hold."""
        return self.dialogues.having(self.of_unit, flags)

    def without(self, rater: int) -> Profiles:
        """Return the profiles without the answers of one rater (a column), each as an utterance of its own.

        Values need no more than how often each profile occurs; intervals would need the dialogues.
        """
        codes = self.codes.copy()
        codes[:, rater] = MISSING
        rows = np.arange(len(codes))
        return Profiles(codes, self.times, rows, Dialogues(rows, len(rows)), self.categories)


def profiles_of(codes: npt.ArrayLike, categories: int, dialogues: Dialogues) -> Profiles:
    """Return the profiles of a table of codes (N, R).

    Raises:
        ValueError: `codes` is not a table, or has a code outside -1..categories-1.
    """
    table = np.asarray(codes)
    if table.ndim != 2:
        raise ValueError("codes must be utterances x raters")
    if table.size and (table.min() < MISSING or table.max() >= categories):
        raise ValueError(f"codes must lie in -1..{categories - 1}")
    base, raters = categories + 1, table.shape[1]
    key = np.zeros(len(table), dtype=np.int64)
    if base**raters < LARGEST:  # a row read as the digits of one number: no sorting of rows
        for column in table.T[::-1]:
            key *= base
            key += column
            key += 1
        if base**raters <= max(TABLE, 4 * len(table)):
            counted = np.bincount(key, minlength=1)
            keys = np.flatnonzero(counted)
            place = np.zeros(len(counted), dtype=np.int64)
            place[keys] = np.arange(len(keys))
            of_unit, times = place[key], counted[keys]
        else:
            keys, of_unit, times = np.unique(key, return_inverse=True, return_counts=True)
        digits = base ** np.arange(raters, dtype=np.int64)
        rows = keys[:, None] // digits % base - 1
    else:
        rows, of_unit, times = np.unique(table, axis=0, return_inverse=True, return_counts=True)
    return Profiles(
        rows.astype(np.int64),
        times.astype(np.int64),
        of_unit.reshape(-1).astype(np.int64, copy=False),
        dialogues,
        categories,
    )
