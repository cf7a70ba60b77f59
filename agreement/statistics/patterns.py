"""Patterns of counts: the sufficient statistic of all measures that do not distinguish the raters.

For these measures an utterance is described by how often it got each category. Three raters and seven categories make
at most 119 such patterns in a corpus of any size, so a measure is a sum over a few dozen rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MISSING = -1


@dataclass(frozen=True, slots=True)
class Patterns:
    """P patterns of counts of V categories, on N utterances in G dialogues.

    Attributes:
        counts: (P, V) how often each category occurs in the pattern.
        times: (P,) number of utterances with the pattern.
        of_unit: (N,) row of `counts` of each utterance.
        dialogue: (N,) number of each utterance's dialogue, 0..G-1.
        n_dialogues: number of dialogues with at least one utterance that has two ratings.
        n_raters: number of raters with at least one rating.
    """

    counts: Ints
    times: Ints
    of_unit: Ints
    dialogue: Ints
    n_dialogues: int
    n_raters: int

    @property
    def ratings(self) -> Ints:
        """(P,) number of ratings in each pattern."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def n_units(self) -> int:
        """Number of utterances with at least two ratings."""
        return int(self.times[self.ratings >= 2].sum())

    def marginals(self) -> Ints:
        """(V,) how often each category occurs in utterances with at least two ratings."""
        compared = self.ratings >= 2
        return np.asarray(self.times[compared] @ self.counts[compared], dtype=np.int64)

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
    if table.ndim != 2:
        raise ValueError("codes must be utterances x raters")
    if table.size and (table.min() < MISSING or table.max() >= categories):
        raise ValueError(f"codes must lie in -1..{categories - 1}")
    n_raters = int((table != MISSING).any(axis=0).sum())
    if table.shape[1] >= categories or _fits_a_number(table.shape[1], categories):
        return from_counts(_counts(table, categories), dialogue, n_raters=n_raters)
    # With more categories than raters (sets of choices), rows of codes are shorter than rows of counts.
    rows, of_unit, times = np.unique(np.sort(table, axis=1), axis=0, return_inverse=True, return_counts=True)
    return _patterns(_counts(rows, categories), times, of_unit, dialogue, n_raters)


def _counts(codes: npt.NDArray[np.int_], categories: int) -> Ints:
    """Return how often each category occurs in each row of codes, (N, V)."""
    counts = np.zeros((codes.shape[0], categories), dtype=np.int64)
    for column in codes.T:
        given = np.flatnonzero(column != MISSING)
        counts[given, column[given]] += 1
    return counts


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
    most = int(table.sum(axis=1).max(initial=0))
    if _fits_a_number(most, table.shape[1]):  # a row read as the digits of one number: no sorting of rows
        keys = table @ (most + 1) ** np.arange(table.shape[1], dtype=np.int64)
        _, first, of_unit, times = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    else:
        _, first, of_unit, times = np.unique(table, axis=0, return_index=True, return_inverse=True, return_counts=True)
    return _patterns(table[first], times, of_unit, dialogue, most if n_raters is None else n_raters)


def _fits_a_number(most: int, categories: int) -> bool:
    """Return whether counts up to `most` of so many categories fit into one integer."""
    return bool((most + 1) ** categories < 2**62)


def _patterns(counts: Ints, times: Ints, of_unit: Ints, dialogue: npt.ArrayLike | None, n_raters: int) -> Patterns:
    row = of_unit.astype(np.int64).reshape(-1)
    named = np.arange(len(row)) if dialogue is None else np.asarray(dialogue)
    number = np.unique(named, return_inverse=True)[1].astype(np.int64).reshape(-1)
    compared = (counts.sum(axis=1) >= 2)[row]
    return Patterns(
        counts=counts,
        times=times.astype(np.int64),
        of_unit=row,
        dialogue=number,
        n_dialogues=int(np.count_nonzero(np.bincount(number[compared]))),
        n_raters=n_raters,
    )
