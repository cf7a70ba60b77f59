"""Sparse matrices of weighted n-grams (TF-IDF)."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

MIN_COUNT = 2


@dataclass(frozen=True)
class SparseMatrix:
    """A sparse matrix with its transpose, since both are needed in each step of a regression.

    Attributes:
        matrix: float32 (rows, columns), in compressed rows.
        transpose: float32 (columns, rows), in compressed rows.
    """

    matrix: torch.Tensor
    transpose: torch.Tensor

    @property
    def columns(self) -> int:
        """The number of columns."""
        return int(self.matrix.shape[1])


@dataclass(frozen=True)
class Vocabulary:
    """The n-grams of a training split, with their weights.

    Attributes:
        numbers: n-gram -> column.
        weights: smoothed inverse document frequency of each column, log((1 + n) / (1 + df)) + 1.
    """

    numbers: dict[str, int]
    weights: tuple[float, ...]

    @classmethod
    def fit(cls, texts: Sequence[Iterable[str]], *, min_count: int = MIN_COUNT) -> Vocabulary:
        """Number the n-grams that occur in at least `min_count` of the texts."""
        counts = Counter(gram for text in texts for gram in set(text))
        kept = sorted(gram for gram, count in counts.items() if count >= min_count)
        weights = tuple(math.log((1 + len(texts)) / (1 + counts[gram])) + 1 for gram in kept)
        return cls({gram: number for number, gram in enumerate(kept)}, weights)

    def matrix(self, texts: Sequence[Iterable[str]]) -> SparseMatrix:
        """Return the texts as rows of (1 + log frequency) x weight, each scaled to length 1."""
        starts, columns, values = [0], list[int](), list[float]()
        for text in texts:
            counts = Counter(number for gram in text if (number := self.numbers.get(gram)) is not None)
            row = {number: (1 + math.log(count)) * self.weights[number] for number, count in sorted(counts.items())}
            length = math.sqrt(sum(value * value for value in row.values())) or 1.0
            columns += row.keys()
            values += [value / length for value in row.values()]
            starts.append(len(columns))
        return compressed(np.array(starts), np.array(columns, np.int64), np.array(values), max(len(self.weights), 1))


def compressed(
    starts: np.ndarray[tuple[int], np.dtype[np.int64]],
    columns: np.ndarray[tuple[int], np.dtype[np.int64]],
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
    width: int,
) -> SparseMatrix:
    """Return the matrix whose row i has `values` in `columns` from `starts[i]` to `starts[i + 1]`."""
    rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.argsort(columns, kind="stable")
    transposed = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=width))])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse")  # torch warns that sparse tensors are in beta
        return SparseMatrix(
            _tensor(starts, columns, values, (len(starts) - 1, width)),
            _tensor(transposed, rows[order], values[order], (width, len(starts) - 1)),
        )


def _tensor(starts: object, columns: object, values: object, shape: tuple[int, int]) -> torch.Tensor:
    return torch.sparse_csr_tensor(
        torch.as_tensor(starts, dtype=torch.int64),
        torch.as_tensor(columns, dtype=torch.int64),
        torch.as_tensor(values, dtype=torch.float32),
        size=shape,
    )
