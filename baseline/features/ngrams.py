"""N-grams of the text: characters, words and punctuation marks, single and in pairs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from baseline.data.release import Row
from baseline.data.vocabulary import PADDING, UNKNOWN, Vocabulary
from baseline.features.base import Features

# Chinese and Japanese characters and Korean syllables are units of their own; other scripts are split into words.
CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
UNIT = re.compile(rf"[{CHARACTERS}]|[^\W_{CHARACTERS}]+(?:'[^\W_{CHARACTERS}]+)?|[^\w\s]")
MIN_COUNT = 2
WIDTH = 64


def ngrams(text: str) -> list[str]:
    """Return the units of a text (characters, words, punctuation marks) and all pairs of neighbouring units."""
    units = UNIT.findall(unicodedata.normalize("NFKC", text).lower())
    return units + [f"{left} {right}" for left, right in pairwise(units)]


class NgramFeatures(Features):
    """The mean of the learned vectors of an utterance's n-grams."""

    width = WIDTH

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Create features from the numbers of the n-grams."""
        self.vocabulary = vocabulary

    @classmethod
    def fit(cls, rows: Iterable[Row]) -> NgramFeatures:
        """Number the n-grams that occur at least `MIN_COUNT` times."""
        tokens = (ngram for row in rows for ngram in ngrams(row.text))
        return cls(Vocabulary.from_tokens(tokens, min_count=MIN_COUNT))

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> NgramFeatures:
        """Return the features that `state` described."""
        return cls(Vocabulary(state["grams"]))

    def state(self) -> dict[str, Any]:
        """Return the numbers of the n-grams."""
        return {"grams": self.vocabulary.numbers}

    def encode(self, rows: Sequence[Row]) -> tuple[torch.Tensor, ...]:
        """Return the n-grams of the rows as `nn.EmbeddingBag` takes them.

        Returns:
            int64, the numbers of the n-grams of all rows in one sequence, at least one per row;
            int64 (rows), the index in this sequence at which each row starts.
        """
        numbers = [self._numbers(row.text) for row in rows]
        lengths = torch.tensor([0, *map(len, numbers)])
        return torch.tensor([number for row in numbers for number in row]), lengths.cumsum(0)[:-1]

    def encoder(self) -> nn.Module:
        """Return a layer of one vector per n-gram that averages those of each row."""
        return nn.EmbeddingBag(self.vocabulary.size, WIDTH, mode="mean", padding_idx=PADDING)

    def _numbers(self, text: str) -> list[int]:
        return [self.vocabulary.number(ngram) for ngram in ngrams(text)] or [UNKNOWN]
