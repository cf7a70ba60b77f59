"""The n-grams of an utterance as numbers, for a layer of learned vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from baseline.data.rows import Row
from baseline.features.base import Bags, Features, Prepared, Setting
from baseline.linear.ngrams import word_ngrams

MIN_COUNT = 2
MOST = 20_000  # n-grams with a vector of their own
UNKNOWN = 0


class NgramBags(Features):
    """Words, punctuation marks, Chinese characters and pairs of them that occur at least twice in train."""

    name = "ngrams"
    modality = "text"

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Number the n-grams of the training split, the most frequent first."""
        counts = Counter(gram for row in setting.release.rows["train"] for gram in word_ngrams(row.text))
        frequent = sorted((-count, gram) for gram, count in counts.items() if count >= MIN_COUNT)[:MOST]
        numbers = {gram: number for number, (_, gram) in enumerate(frequent, start=UNKNOWN + 1)}
        return {split: _bags(rows, numbers) for split, rows in setting.release.rows.items()}


def _bags(rows: Sequence[Row], numbers: dict[str, int]) -> Bags:
    starts, found = [0], list[int]()
    for row in rows:
        found += [numbers.get(gram, UNKNOWN) for gram in word_ngrams(row.text)] or [UNKNOWN]
        starts.append(len(found))
    return Bags(np.array(starts), np.array(found, np.int64), len(numbers) + 1)
