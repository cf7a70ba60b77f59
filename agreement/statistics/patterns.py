"""The one sufficient statistic: how often each pattern of label counts occurs.

With interchangeable raters an utterance says no more than how often it got each label. Three raters and seven labels
make at most 119 such patterns, whatever the size of the corpus, so every measure is a sum over a few dozen rows.
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
    """Label-count patterns and where they occur.

    Attributes:
        counts: (P, V) how often each of V labels occurs in the pattern.
        times: (P,) how many utterances show the pattern.
        of_unit: (N,) row of `counts` of each utterance.
        dialogue: (N,) number of each utterance's dialogue, 0..G-1.
        n_dialogues: dialogues with at least one utterance that has two labels.
        n_raters: raters with at least one label.
    """

    counts: Ints
    times: Ints
    of_unit: Ints
    dialogue: Ints
    n_dialogues: int
    n_raters: int

    @property
    def ratings(self) -> Ints:
        """(P,) labels in each pattern, whichever they are."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def n_units(self) -> int:
        """Utterances with at least two labels."""
        return int(self.times[self.ratings >= 2].sum())

    def marginals(self) -> Ints:
        """(V,) how often each label occurs in utterances with at least two labels."""
        compared = self.ratings >= 2
        return np.asarray(self.times[compared] @ self.counts[compared], dtype=np.int64)

    def one_vs_rest(self, label: int) -> Patterns:
        """Return the patterns with two labels left: `label` (first) and every other one."""
        own = self.counts[:, label]
        return replace(self, counts=np.stack([own, self.ratings - own], axis=1))


def from_codes(codes: npt.ArrayLike, labels: int, dialogue: npt.ArrayLike | None = None) -> Patterns:
    """Count the patterns of a table of label codes.

    Args:
        codes: (N, R) integers, utterances by raters; 0..labels-1, or -1 where the rater gave no label.
        labels: V, number of labels of the codebook, used or not.
        dialogue: (N,) any integers that name the dialogues; every utterance its own dialogue if not given.

    Raises:
        ValueError: `codes` is no table, or holds a code outside -1..labels-1.
    """
    table = np.asarray(codes)
    if table.ndim != 2:
        raise ValueError("codes must be utterances x raters")
    if table.size and (table.min() < MISSING or table.max() >= labels):
        raise ValueError(f"codes must lie in -1..{labels - 1}")
    counts = np.zeros((table.shape[0], labels), dtype=np.int64)
    for column in table.T:
        given = np.flatnonzero(column != MISSING)
        counts[given, column[given]] += 1
    n_raters = int((table != MISSING).any(axis=0).sum())
    return from_counts(counts, dialogue, n_raters=n_raters)


def from_counts(
    counts: npt.ArrayLike, dialogue: npt.ArrayLike | None = None, *, n_raters: int | None = None
) -> Patterns:
    """Find the distinct rows of a table of label counts.

    Args:
        counts: (N, V) how often each label was given to each utterance.
        dialogue: as in `from_codes`.
        n_raters: raters behind the counts; the largest number of labels of one utterance if not given.
    """
    table = np.asarray(counts, dtype=np.int64)
    most = int(table.sum(axis=1).max(initial=0))
    if (most + 1) ** table.shape[1] < 2**62:  # a row read as the digits of one number: no sorting of rows
        keys = table @ (most + 1) ** np.arange(table.shape[1], dtype=np.int64)
        _, first, of_unit, times = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    else:
        _, first, of_unit, times = np.unique(table, axis=0, return_index=True, return_inverse=True, return_counts=True)
    named = np.arange(len(table)) if dialogue is None else np.asarray(dialogue)
    number = np.unique(named, return_inverse=True)[1].astype(np.int64).reshape(-1)
    compared = table.sum(axis=1) >= 2
    return Patterns(
        counts=table[first],
        times=times.astype(np.int64),
        of_unit=of_unit.astype(np.int64).reshape(-1),
        dialogue=number,
        n_dialogues=int(np.count_nonzero(np.bincount(number[compared]))),
        n_raters=most if n_raters is None else n_raters,
    )
