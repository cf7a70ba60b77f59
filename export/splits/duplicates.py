"""Dialogues with the same or nearly the same words. No Django.

Two dialogues are duplicates if their texts are equal after case, width, spaces and punctuation are dropped. They are
near-duplicates if they share at least `NEAR` of their distinct utterances, counted against the longer one, and each has
at least `FEWEST` of them. A pair is compared if it shares an utterance that at most `RARE` dialogues contain.
"""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

NEAR = 0.8
FEWEST = 3
RARE = 20
COMPARED = 2**16  # pairs at once

Ints = npt.NDArray[np.integer]


class Duplicates:
    """Collects the texts of dialogues as digests: 12 bytes per utterance and dialogue."""

    def __init__(self) -> None:
        self._digests, self._owners = array("Q"), array("I")  # of utterances
        self._wholes, self._dialogues = array("Q"), array("I")  # of dialogues

    def add(self, index: int, texts: Sequence[str]) -> None:
        """Add a dialogue (its index, greater than those before) with the texts of its utterances."""
        plain = [normal for text in texts if (normal := _normal(text))]
        if not plain:
            return
        self._wholes.append(_digest("\n".join(plain)))
        self._dialogues.append(index)
        distinct = {_digest(text) for text in plain}
        if len(distinct) >= FEWEST:
            self._digests.extend(distinct)
            self._owners.extend([index] * len(distinct))

    def pairs(self) -> list[tuple[int, int]]:
        """Return pairs of indices that belong together; their transitive closure makes the groups."""
        dialogues = np.frombuffer(self._dialogues, dtype=np.uint32)
        _, first, kind = np.unique(np.frombuffer(self._wholes, dtype=np.uint64), return_index=True, return_inverse=True)
        repeats = first[kind] != np.arange(len(dialogues))
        equal = zip(dialogues[first[kind]][repeats].tolist(), dialogues[repeats].tolist(), strict=True)
        return [*equal, *sorted(self._near(dialogues[repeats]))]

    def _near(self, repeats: npt.NDArray[np.uint32]) -> set[tuple[int, int]]:
        """Return the pairs of near-duplicates without the dialogues (indices) that repeat an earlier one."""
        digests = np.frombuffer(self._digests, dtype=np.uint64)
        owners = np.frombuffer(self._owners, dtype=np.uint32)
        if len(repeats):
            kept = ~np.isin(owners, repeats)
            digests, owners = digests[kept], owners[kept]
        if not len(owners):
            return set()
        _, kind, times = np.unique(digests, return_inverse=True, return_counts=True)
        pairs = _sharing_rare(owners[np.argsort(kind, kind="stable")], times)
        return set(map(tuple, pairs[_are_near(pairs, owners, kind)].tolist()))


def _sharing_rare(owners: Ints, times: Ints) -> Ints:
    """Return the distinct pairs (P, 2) of dialogues that share an utterance which at most `RARE` dialogues contain.

    Args:
        owners: (M,) dialogues in order, utterance by utterance.
        times: (K,) number of dialogues of each utterance.
    """
    starts = np.cumsum(times) - times
    found = [np.empty((0, 2), dtype=np.int64)]
    for size in range(2, RARE + 1):
        of_utterance = owners[starts[times == size][:, None] + np.arange(size)].astype(np.int64)
        found += [np.unique(of_utterance[:, list(places)], axis=0) for places in combinations(range(size), 2)]
    return np.unique(np.concatenate(found), axis=0)


def _are_near(pairs: Ints, owners: Ints, kind: Ints) -> npt.NDArray[np.bool_]:
    """Return whether each pair (P, 2) of dialogues shares at least `NEAR` of its distinct utterances.

    Args:
        pairs: of dialogues.
        owners: (M,) the dialogue of each utterance, in order.
        kind: (M,) equal numbers are equal utterances.
    """
    kinds = int(kind.max()) + 1
    known = np.sort(owners.astype(np.int64) * kinds + kind)
    sizes = np.bincount(owners)
    starts = np.cumsum(sizes) - sizes
    near = np.empty(len(pairs), dtype=np.bool_)
    for first in range(0, len(pairs), COMPARED):
        one, two = pairs[first : first + COMPARED].T
        count = sizes[one]
        begins = np.cumsum(count) - count
        own = np.repeat(starts[one] - begins, count) + np.arange(count.sum())
        sought = np.repeat(two, count) * kinds + kind[own]
        shared = np.add.reduceat(known[np.minimum(np.searchsorted(known, sought), len(known) - 1)] == sought, begins)
        near[first : first + COMPARED] = shared >= NEAR * np.maximum(count, sizes[two])
    return near


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
