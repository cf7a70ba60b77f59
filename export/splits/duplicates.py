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
        starts = np.searchsorted(owners, np.arange(int(owners.max()) + 2))  # owners come in order
        order = np.argsort(digests, kind="stable")
        ranked = digests[order]
        heads = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
        sizes = np.diff(np.concatenate((heads, [len(ranked)])))
        candidates: set[tuple[int, int]] = set()
        for head, size in zip(heads[(sizes > 1) & (sizes <= RARE)], sizes[(sizes > 1) & (sizes <= RARE)], strict=True):
            candidates.update(combinations(sorted(owners[order[head : head + size]].tolist()), 2))
        words = {
            index: set(digests[starts[index] : starts[index + 1]].tolist()) for pair in candidates for index in pair
        }
        return {
            (one, two)
            for one, two in candidates
            if len(words[one] & words[two]) >= NEAR * max(len(words[one]), len(words[two]))
        }


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
