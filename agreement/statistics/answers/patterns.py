"""Patterns of counts: the sufficient statistic of all measures that do not distinguish the raters.

For these measures an utterance is described by how often it got each category. Three raters and seven categories make
at most 119 such patterns in a corpus of any size, so a measure is a sum over a few dozen rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Bools, Dialogues, Floats, Ints, dialogues_of
from agreement.statistics.answers.profiles import LARGEST, MISSING, Profiles, profiles_of

__all__ = ["MISSING", "Floats", "Ints", "Patterns", "from_codes", "from_counts", "from_profiles"]


@dataclass(frozen=True)
class Patterns:
    """P patterns of counts of V categories, on N utterances in G dialogues.

    Attributes:
        counts: (P, V) how often each category occurs in the pattern.
        times: (P,) number of utterances with the pattern.
        of_unit: (N,) row of `counts` of each utterance.
        dialogues: of the utterances.
        n_raters: number of raters with at least one rating.
    """

    counts: Ints
    times: Ints
    of_unit: Ints
    dialogues: Dialogues
    n_raters: int

    @cached_property
    def ratings(self) -> Ints:
        """(P,) number of ratings in each pattern."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @cached_property
    def compared(self) -> Bools:
        """(P,) whether a pattern has at least two ratings."""
        return np.asarray(self.ratings >= 2)

    @cached_property
    def n_units(self) -> int:
        """Number of utterances with at least two ratings."""
        return int(self.times[self.compared].sum())

    @cached_property
    def n_dialogues(self) -> int:
        """Number of dialogues with at least one such utterance."""
        return int(self._dialogues[0])

    @cached_property
    def n_carriers(self) -> int:
        """Number of them with an answer other than the most frequent one."""
        return int(self._dialogues[1])

    @cached_property
    def n_disagreeing(self) -> int:
        """Number of them with an utterance that got different answers."""
        return int(self._dialogues[2])

    @property
    def n_containing(self) -> Ints:
        """(V,) number of compared dialogues with this answer and with another, whichever is less."""
        width = self.counts.shape[1]
        return np.minimum(self._dialogues[3 : 3 + width], self._dialogues[3 + width : 3 + 2 * width])

    @property
    def n_differing(self) -> Ints:
        """(V,) number of dialogues with an utterance that got this answer from one rater, but not from all."""
        return self._dialogues[3 + 2 * self.counts.shape[1] :]

    @cached_property
    def _dialogues(self) -> Ints:
        has = self.counts > 0
        lacks = self.counts < self.ratings[:, None]
        compared = self.compared[:, None]
        usual = int(self.marginals().argmax()) if self.counts.shape[1] else 0
        rare = lacks[:, [usual]] if self.counts.shape[1] else compared & False
        flags = np.hstack([compared, compared & rare, (has & lacks).any(axis=1, keepdims=True) & compared])
        return self.having(np.hstack([flags, has & compared, lacks & compared, has & lacks & compared]))

    def sums(self, values: Floats) -> Floats:
        """Return the sums (G, K) over dialogues of values (P, K) of their utterances."""
        return self.dialogues.sums(self.of_unit, values)

    def having(self, flags: Bools) -> Ints:
        """Return the number (B,) of dialogues with an utterance of which flags (P, B) hold."""
        return self.dialogues.having(self.of_unit, flags)

    def marginals(self) -> Ints:
        """(V,) how often each category occurs in utterances with at least two ratings."""
        return np.asarray(self.times[self.compared] @ self.counts[self.compared], dtype=np.int64)

    def shares(self) -> list[float]:
        """(V,) share of each category among the ratings of utterances with at least two; zeros if there are none."""
        marginals = self.marginals()
        return [float(share) for share in marginals / max(int(marginals.sum()), 1)]

    def one_vs_rest(self, category: int) -> Patterns:
        """Return the patterns of two categories: `category` (first) and all others together."""
        own = self.counts[:, category]
        return replace(self, counts=np.stack([own, self.ratings - own], axis=1))


def from_codes(codes: npt.ArrayLike, categories: int, dialogue: npt.ArrayLike | None = None) -> Patterns:
    """Return the patterns of a table of codes.

    Args:
        codes: (N, R) integers, utterances by raters; 0..categories-1, or -1 where the rater gave no answer.
        categories: V, number of categories of the codebook, used or not.
        dialogue: (N,) any integers that identify the dialogues; by default every utterance is its own dialogue.

    Raises:
        ValueError: `codes` is not a table, or has a code outside -1..categories-1.
    """
    table = np.asarray(codes)
    return from_profiles(profiles_of(table, categories, dialogues_of(dialogue, len(table))))


def from_profiles(profiles: Profiles) -> Patterns:
    """Return the patterns of profiles, which do not tell the raters apart."""
    codes, categories = profiles.codes, profiles.categories
    if codes.shape[1] < categories and not _fits_a_number(codes.shape[1], categories):
        # With more categories than raters (sets of choices), rows of codes are shorter than rows of counts.
        rows, of_row = np.unique(np.sort(codes, axis=1), axis=0, return_inverse=True)
        counts = _counts(rows, categories)
    else:
        counts, of_row = _distinct(_counts(codes, categories))
    of_row = of_row.reshape(-1)
    times = np.bincount(of_row, weights=profiles.times, minlength=len(counts)).astype(np.int64)
    return Patterns(counts, times, of_row[profiles.of_unit], profiles.dialogues, profiles.n_raters)


def from_counts(
    counts: npt.ArrayLike, dialogue: npt.ArrayLike | None = None, *, n_raters: int | None = None
) -> Patterns:
    """Return the patterns of a table of counts: its distinct rows.

    Args:
        counts: (N, V) how often each category was given to each utterance.
        dialogue: as in `from_codes`.
        n_raters: number of raters; by default the largest number of ratings of one utterance.
    """
    table = np.asarray(counts, dtype=np.int64)
    rows, of_unit = _distinct(table)
    most = int(table.sum(axis=1).max(initial=0))
    return Patterns(
        rows,
        np.bincount(of_unit, minlength=len(rows)).astype(np.int64),
        of_unit,
        dialogues_of(dialogue, len(table)),
        most if n_raters is None else n_raters,
    )


def _counts(codes: Ints, categories: int) -> Ints:
    """Return how often each category occurs in each row of codes, (N, V)."""
    counts = np.zeros((codes.shape[0], categories), dtype=np.int64)
    for column in codes.T:
        given = np.flatnonzero(column != MISSING)
        counts[given, column[given]] += 1
    return counts


def _distinct(table: Ints) -> tuple[Ints, Ints]:
    """Return the distinct rows of a table, and the place of each row among them."""
    most = int(table.sum(axis=1).max(initial=0))
    if _fits_a_number(most, table.shape[1]):  # a row read as the digits of one number: no sorting of rows
        keys = table @ (most + 1) ** np.arange(table.shape[1], dtype=np.int64)
        _, first, of_row = np.unique(keys, return_index=True, return_inverse=True)
        return table[first], of_row.reshape(-1)
    rows, of_row = np.unique(table, axis=0, return_inverse=True)
    return rows, of_row.reshape(-1)


def _fits_a_number(most: int, categories: int) -> bool:
    """Return whether counts up to `most` of so many categories fit into one integer."""
    return bool((most + 1) ** categories < LARGEST)
