"""Rows of arrays in files, read on use, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class StoredRows:
    """The rows of several `.npy` files, one file after the other.

    They are read by plain reads rather than mapped: the pages of a mapped file count as memory of the process.

    Attributes:
        shape: number of rows, then the shape of a row.
        dtype: of the values.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        """Read the headers of the files, at least one, whose rows have one shape and type."""
        headers = [_header(file) for file in files]
        self._files = list(files)
        self._offsets = [offset for _, _, offset in headers]
        self._starts = np.concatenate([[0], np.cumsum([shape[0] for shape, _, _ in headers])]).astype(np.int64)
        (_, *rest), self.dtype, _ = headers[0]
        self.shape = (int(self._starts[-1]), *rest)
        self._size = int(np.prod(rest, dtype=np.int64))  # values in a row

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.shape[0]

    def __getitem__(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Read the rows of the given numbers, in their order; neighbours are read at once."""
        found = np.empty((len(numbers), *self.shape[1:]), self.dtype)
        parts = np.searchsorted(self._starts, numbers, side="right") - 1
        ends = np.flatnonzero((np.diff(numbers) != 1) | (np.diff(parts) != 0)) + 1
        edges = [0, *ends.tolist(), len(numbers)] if len(numbers) else [0]
        for first, stop in pairwise(edges):
            part = int(parts[first])
            row = int(numbers[first] - self._starts[part])
            values = np.fromfile(
                self._files[part],
                self.dtype,
                (stop - first) * self._size,
                offset=self._offsets[part] + row * self._size * self.dtype.itemsize,
            )
            found[first:stop] = values.reshape(found[first:stop].shape)
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read all rows."""
        return np.asarray(self[np.arange(len(self))], dtype)


def _header(file: Path) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Return shape, type and position of the values in a `.npy` file."""
    with file.open("rb") as stream:
        np.lib.format.read_magic(stream)
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        return shape, dtype, stream.tell()
