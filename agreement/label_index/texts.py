"""Texts of utterances in one buffer, which is searched as a whole."""

from __future__ import annotations

import mmap
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Buffer = bytes | mmap.mmap
END = b"\x00"  # after each text; PostgreSQL stores no such character


def folded(text: str) -> str:
    """Return a text without the differences that a search ignores: case, and the width of letters and digits."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\x00", "")


class TextBuffer:
    """The folded texts of N utterances as UTF-8, one after the other.

    Args:
        buffer: the texts, each with `END` after it.
        offsets: (N + 1,) where each begins, and the end of the last.
    """

    def __init__(self, buffer: Buffer, offsets: Offsets) -> None:
        self.buffer, self.offsets = buffer, offsets
        self._edited: dict[int, bytes] = {}  # rows whose text changed since the buffer was made

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextBuffer:
        """Return the buffer of some texts."""
        return cls.of_encoded([encoded(text) for text in texts])

    @classmethod
    def of_encoded(cls, parts: Sequence[bytes]) -> TextBuffer:
        """Return the buffer of texts that `encoded` returned."""
        offsets = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return cls(b"".join(parts), offsets)

    def change(self, row: int, text: str) -> None:
        """Give a row another text."""
        self._edited[row] = encoded(text)

    @property
    def has_edits(self) -> bool:
        """Whether texts were changed since the buffer was made, so that `rows_with` is not in order."""
        return bool(self._edited)

    def whole(self) -> TextBuffer:
        """Return a buffer that contains the changed texts."""
        if not self._edited:
            return self
        return TextBuffer.of_encoded([self._bytes(row) for row in range(len(self.offsets) - 1)])

    def merged(self, new: TextBuffer, order: Rows) -> TextBuffer:
        """Return the texts of this buffer and of another one in a new order.

        Args:
            new: its rows are numbered after those of this buffer.
            order: the row of each text of the result.
        """
        old, count = self.whole(), len(self.offsets) - 1
        lengths = np.concatenate([np.diff(old.offsets), np.diff(new.offsets)])
        starts = np.concatenate([old.offsets[:-1], new.offsets[:-1]])
        breaks = np.flatnonzero((np.diff(order) != 1) | (order[1:] == count)) + 1
        parts: list[bytes] = []
        for first, last in zip([0, *breaks.tolist()], [*breaks.tolist(), len(order)], strict=True):
            if first < last:
                source = old if order[first] < count else new
                end = starts[order[last - 1]] + lengths[order[last - 1]]
                parts.append(source.buffer[int(starts[order[first]]) : int(end)])
        offsets = np.zeros(len(order) + 1, dtype=np.int64)
        np.cumsum(lengths[order], out=offsets[1:])
        return TextBuffer(b"".join(parts), offsets)

    def contains(self, row: int, needle: bytes) -> bool:
        """Return whether a row contains the needle."""
        if row in self._edited:
            return needle in self._edited[row]
        return self.buffer.find(needle, int(self.offsets[row]), int(self.offsets[row + 1])) >= 0

    def rows_with(self, needle: bytes, first: int, last: int) -> Iterator[int]:
        """Yield the rows from `first` to before `last` that contain the needle, in order; changed ones come first."""
        yield from sorted(row for row in self._edited if first <= row < last and needle in self._edited[row])
        place, end = int(self.offsets[first]), int(self.offsets[last])
        while (place := self.buffer.find(needle, place, end)) >= 0:
            row = bisect_right(self.offsets, place) - 1
            if row not in self._edited:
                yield row
            place = int(self.offsets[row + 1])

    def _bytes(self, row: int) -> bytes:
        changed = self._edited.get(row)
        return self.buffer[int(self.offsets[row]) : int(self.offsets[row + 1])] if changed is None else changed


def encoded(text: str) -> bytes:
    """Return a text as it is stored in the buffer."""
    return folded(text).encode() + END


def needle(text: str) -> bytes:
    """Return what to look for in the buffer."""
    return folded(text).encode()
