"""Patterns of answers: who gave which answer to an item, with the number of utterances. They are what a method fits.

Utterances with the same answers of the same raters are one pattern, so memory and time of a fit depend on the number
of different patterns (at most 511 for three raters and seven choices), not on the size of the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import BITS

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int16]
NOBODY = -1
SHIFT = 16  # bits of a code in a packed answer; 0 is no answer


@dataclass(frozen=True, slots=True)
class Patterns:
    """The answers of R raters to one item in P patterns.

    Attributes:
        raters: R slugs, in order.
        answers: number V of possible answers.
        rater: (P, m) index of a rater, `NOBODY` after the last one.
        code: (P, m) code of that rater's answer, 0 <= code < V.
        count: (P,) number of utterances.
    """

    raters: tuple[str, ...]
    answers: int
    rater: Ints
    code: Ints
    count: Ints


def patterns_of(table: Codes | Ints, answers: int, raters: tuple[str, ...] = ()) -> Patterns:
    """Return the patterns of a table of answers.

    Args:
        table: (N, R) codes, negative where the rater gave none.
        answers: number of possible answers.
        raters: R slugs; default: the numbers of the columns.
    """
    names = raters or tuple(map(str, range(table.shape[1])))
    packed = np.where(table < 0, 0, (np.arange(table.shape[1], dtype=np.int64) << SHIFT) + table + 1)
    if answers and (answers + 1) ** table.shape[1] < 2**62:  # one whole number per row, which sorts ten times faster
        base = (answers + 1) ** np.arange(table.shape[1], dtype=np.int64)
        _, first, count = np.unique((np.maximum(table, -1) + 1) @ base, return_index=True, return_counts=True)
        rows = packed[first]
    else:
        rows, count = np.unique(packed, axis=0, return_counts=True)
    return _unpacked(names, answers, rows, count.astype(np.int64))


class PatternCollector:
    """Collects the patterns of every item of a codebook from chunks of annotations.

    Args:
        codebook: the questions.
        raters: slugs in order.
    """

    def __init__(self, codebook: Codebook, raters: tuple[str, ...]) -> None:
        self._raters = raters
        self._columns = CodeLayout(codebook).columns
        self._found: dict[str, dict[bytes, int]] = {}

    def add(self, utterance: Ints, rater: Ints, codes: Codes) -> None:
        """Take the next chunk; the annotations of an utterance follow one another and are all in it.

        Args:
            utterance: (M,) keys.
            rater: (M,) indices into the raters.
            codes: (M, W) answers in the layout of the codebook.
        """
        for column in self._columns:
            first = codes[:, column.start]
            if not column.is_set:
                self._add(column.slug, utterance, rater, first)
                continue
            for place, choice in enumerate(column.answers):
                bit = codes[:, column.start + place // BITS] >> place % BITS & 1
                self._add(f"{column.slug}.{choice}", utterance, rater, np.where(first < 0, first, bit))

    def patterns(self) -> dict[str, Patterns]:
        """Return slug of the item -> the patterns collected, in an order that depends on nothing but them."""
        return {
            slug: self._patterns(slug, 2 if column.is_set else len(column.answers))
            for column in self._columns
            for slug in ([f"{column.slug}.{each}" for each in column.answers] if column.is_set else [column.slug])
        }

    def _add(self, slug: str, utterance: Ints, rater: Ints, codes: Codes) -> None:
        given = codes >= 0
        unit = np.cumsum(np.diff(utterance[given], prepend=-1) != 0) - 1
        if not len(unit):
            return
        starts = np.flatnonzero(np.diff(unit, prepend=-1))
        place = np.arange(len(unit)) - starts[unit]
        rows = np.zeros((len(starts), int(place.max()) + 1), dtype=np.uint32)
        rows[unit, place] = (rater[given].astype(np.uint32) << SHIFT) + codes[given].astype(np.uint32) + 1
        distinct, count = np.unique(rows, axis=0, return_counts=True)
        known = self._found.setdefault(slug, {})
        for row, times in zip(distinct, count.tolist(), strict=True):
            key = row[row > 0].tobytes()
            known[key] = known.get(key, 0) + times

    def _patterns(self, slug: str, answers: int) -> Patterns:
        found = self._found.get(slug, {})
        rows = [np.frombuffer(key, dtype=np.uint32).tolist() for key in found]
        order = sorted(range(len(rows)), key=rows.__getitem__)
        table = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=np.int64)
        for place, index in enumerate(order):
            table[place, : len(rows[index])] = rows[index]
        count = np.array(list(found.values()), dtype=np.int64)[np.array(order, dtype=np.int64)]
        return _unpacked(self._raters, answers, table, count)


def _unpacked(raters: tuple[str, ...], answers: int, packed: Ints, count: Ints) -> Patterns:
    rater = np.where(packed == 0, NOBODY, packed >> SHIFT)
    code = np.where(packed == 0, 0, (packed & (2**SHIFT - 1)) - 1)
    return Patterns(raters, answers, rater, code, count)
