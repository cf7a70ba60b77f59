"""The overlap of splits: texts and dialogues that occur in more than one. No Django."""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from export.splits.assignment import SPLITS, DialogueSummary

SHORT = 8  # characters; "好的。" is repeated in every corpus and means nothing
NAMED = 20  # repeated dialogues listed in the report


class Overlap:
    """Collects the texts of the splits as 8-byte digests, so that a million utterances take 8 MB."""

    def __init__(self, splits: Sequence[str] = SPLITS) -> None:
        self._splits = splits
        self._texts = {split: array("Q") for split in splits}
        self._wholes, self._split_of, self._codes = array("Q"), array("H"), list[str]()  # of dialogues

    def add(self, split: str, code: str, texts: Sequence[str]) -> None:
        """Add the texts of the utterances of one dialogue."""
        plain = ["".join(unicodedata.normalize("NFKC", text).split()) for text in texts]
        self._texts[split].extend(_digest(text) for text in plain if len(text) >= SHORT)
        self._wholes.append(_digest("\n".join(plain)))
        self._split_of.append(self._splits.index(split))
        self._codes.append(code)

    def report(self) -> dict[str, Any]:
        """Return the texts and dialogues that occur in more than one split.

        Returns:
            `texts`: for each pair of splits ("train-dev") the utterances of the second, of at least `min_characters`,
            whose text is also in the first, and the number compared; `dialogues`: whole dialogues with the same
            words in different splits, each as a list of [split, code], the first `NAMED` of them, and
            `dialogue_count`, all of them.
        """
        digests = {split: np.array(texts, dtype=np.uint64) for split, texts in self._texts.items()}
        repeated = self._repeated()
        return {
            "min_characters": SHORT,
            "texts": {
                f"{first}-{second}": {
                    "repeated": int(np.isin(digests[second], digests[first]).sum()),
                    "of": len(digests[second]),
                }
                for first, second in combinations(self._splits, 2)
            },
            "dialogue_count": len(repeated),
            "dialogues": [[list(each) for each in group] for group in repeated[:NAMED]],
        }

    def _repeated(self) -> list[list[tuple[str, str]]]:
        """Return the dialogues (split, code) with the same words in different splits, in the order of the first."""
        kind, times = np.unique(np.array(self._wholes, dtype=np.uint64), return_inverse=True, return_counts=True)[1:]
        groups: dict[int, list[tuple[str, str]]] = {}
        for place in np.flatnonzero(times[kind] > 1).tolist():
            groups.setdefault(int(kind[place]), []).append((self._splits[self._split_of[place]], self._codes[place]))
        return [group for group in groups.values() if len({split for split, _ in group}) > 1]


def shared(dialogues: Sequence[DialogueSummary], split_of: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return for series, episodes and speakers how many of them are in more than one split (`shared`), and `of` all."""
    found: dict[str, dict[tuple[str, str], set[str]]] = {"series": {}, "episodes": {}, "speakers": {}}
    for each in dialogues:
        split = split_of.get(each.code)
        if split is None:
            continue
        found["series"].setdefault((each.series, ""), set()).add(split)
        if each.episode:
            found["episodes"].setdefault((each.series, each.episode), set()).add(split)
        for speaker in each.speakers:
            if speaker:
                found["speakers"].setdefault((each.series, speaker), set()).add(split)
    return {
        kind: {"shared": sum(len(splits) > 1 for splits in groups.values()), "of": len(groups)}
        for kind, groups in found.items()
    }


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
