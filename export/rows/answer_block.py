"""The answers to many utterances as bytes, from which the keys of cached labels are cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from struct import Struct

import numpy as np
import numpy.typing as npt

from agreement.consensus.method import Answers
from agreement.judgements.comparability import Codes
from agreement.judgements.translator import Keys
from corpus.rules.codebook.codes import Column

Span = tuple[int, int]  # the first annotation of an utterance, and the one after its last
NO_ANSWERS: Span = (0, 0)


class AnswerKey:
    """The answers of each rater to some questions as bytes: equal keys are equal answers of equal raters.

    Args:
        columns: the cells of the questions.
        has_raters: whether the raters are part of the key.

    Attributes:
        has_raters: the same.
        cells: indices into the raters and codes of an annotation; the rater has the index 0.
        size: bytes of one annotation.
    """

    def __init__(self, columns: Sequence[Column], *, has_raters: bool = True) -> None:
        self.has_raters = has_raters
        self.cells = [0] if has_raters else []
        self._columns = []
        for column in columns:
            self._columns.append(replace(column, start=len(self.cells)))
            self.cells += range(1 + column.start, 1 + column.start + column.width)
        self._struct = Struct(f"<{len(self.cells)}h")
        self.size = self._struct.size

    def split(self, key: bytes) -> list[bytes]:
        """Return the part of each annotation."""
        return [key[start : start + self.size] for start in range(0, len(key), self.size)]

    def answers(self, key: bytes) -> Iterator[tuple[int, Answers]]:
        """Yield the index of each rater (the place in the key if it has no raters) and question slug -> answer."""
        for place, cells in enumerate(self._struct.iter_unpack(key)):
            found = ((column.slug, column.decode(cells)) for column in self._columns)
            yield cells[0] if self.has_raters else place, {slug: each for slug, each in found if each is not None}


class AnswerBlock:
    """The annotations of whole utterances.

    Args:
        utterance: (N,) primary keys; those of an utterance follow one another.
        rater: (N,) indices of their raters in the order of the slugs.
        codes: (N, W) their answers.
        keys: the kinds of keys that will be cut.

    Attributes:
        spans: utterance -> its annotations, in the order of the raters.
    """

    def __init__(self, *, utterance: Keys, rater: Keys, codes: Codes, keys: Sequence[AnswerKey]) -> None:
        is_first = np.diff(utterance, prepend=-1) != 0
        if (np.diff(rater, prepend=-1)[~is_first] < 0).any():  # a database may sort slugs in another way
            order = np.lexsort((rater, np.cumsum(is_first)))
            rater, codes = rater[order], codes[order]
        starts = np.flatnonzero(is_first)
        ends = np.append(starts[1:], len(utterance))
        spans = zip(starts.tolist(), ends.tolist(), strict=False)
        self.spans: dict[int, Span] = dict(zip(utterance[starts].tolist(), spans, strict=False))
        table = np.column_stack([rater, codes]).astype("<i2")
        self._data = [_bytes(table, key) for key in keys]

    def key(self, number: int, span: Span) -> bytes:
        """Return the key of an utterance's annotations; `number` is the place of its kind in `keys`."""
        data, size = self._data[number]
        return data[span[0] * size : span[1] * size]


def _bytes(table: npt.NDArray[np.int16], key: AnswerKey) -> tuple[bytes, int]:
    return table[:, key.cells].tobytes(), key.size
