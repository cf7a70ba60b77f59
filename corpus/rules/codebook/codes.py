"""Answers as small integers: the compact form that statistics, releases and filters read.

A layout gives every question of a codebook one 16-bit cell, in the order of `Codebook.questions`. A task that takes
several choices gets one cell per 15 choices and stores a set of bits. The cells of one annotation are its `codes`:
little-endian signed integers, so `numpy.frombuffer(codes, "<i2")` reads them without a loop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from struct import Struct
from typing import Any

from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE
from corpus.rules.codebook.definition import Codebook, Link, Task

MISSING, CANNOT_JUDGE_CODE, NOT_APPLICABLE_CODE = -1, -2, -3
BITS = 15  # choices per cell of a set: the sign bit is left to the states above

STATES = {CANNOT_JUDGE: CANNOT_JUDGE_CODE, NOT_APPLICABLE: NOT_APPLICABLE_CODE}
STATE_ANSWERS = {code: answer for answer, code in STATES.items()}


@dataclass(frozen=True)
class Column:
    """The cells of one question.

    Attributes:
        slug: of the task or link.
        answers: the possible answers in the codebook's order; a code is an index into them.
        start: index of the first cell.
        width: number of cells; more than one only for a set of choices.
        is_set: whether the cells hold a set of bits.
    """

    slug: str
    answers: tuple[str | int, ...]
    start: int
    width: int
    is_set: bool

    @cached_property
    def _code(self) -> dict[str | int, int]:
        return {answer: code for code, answer in enumerate(self.answers)}

    def encode(self, answer: Any) -> list[int]:
        """Return the cells of an answer; an answer that the question does not offer is `MISSING`."""
        state = STATES.get(answer) if isinstance(answer, str) else None
        if state is not None:
            return [state] + [0] * (self.width - 1)
        if not self.is_set:
            # `True == 1`, but a truth value is no answer
            known = isinstance(answer, str | int) and not isinstance(answer, bool)
            return [self._code.get(answer, MISSING) if known else MISSING]
        if (
            not isinstance(answer, list)
            or not answer
            or not all(isinstance(each, str) and each in self._code for each in answer)
        ):
            return [MISSING] + [0] * (self.width - 1)
        cells = [0] * self.width
        for each in answer:
            cell, bit = divmod(self._code[each], BITS)
            cells[cell] |= 1 << bit
        return cells

    def decode(self, cells: tuple[int, ...]) -> Any:
        """Return the answer of a whole row of cells, `None` where it is missing."""
        first = cells[self.start]
        if first < 0:
            return STATE_ANSWERS.get(first)
        if not self.is_set:
            return self.answers[first]
        own = cells[self.start : self.start + self.width]
        return [answer for code, answer in enumerate(self.answers) if own[code // BITS] >> code % BITS & 1]


class CodeLayout:
    """The cells of all questions of a codebook.

    Attributes:
        columns: one per question, in the codebook's order.
        width: number of cells of an annotation.
    """

    def __init__(self, codebook: Codebook) -> None:
        columns, start = [], 0
        for question in codebook.questions:
            column = _column(question, start)
            columns.append(column)
            start += column.width
        self.columns: tuple[Column, ...] = tuple(columns)
        self.width = start
        self._struct = Struct(f"<{start}h")

    def encode(self, answers: Mapping[str, Any]) -> bytes:
        """Return the codes of answers (question slug -> answer)."""
        cells: list[int] = []
        for column in self.columns:
            cells += column.encode(answers.get(column.slug))
        return self._struct.pack(*cells)

    def decode(self, codes: bytes | memoryview) -> dict[str, Any]:
        """Return the answers of codes; questions without an answer are left out."""
        cells = self.cells(codes)
        found = ((column.slug, column.decode(cells)) for column in self.columns)
        return {slug: answer for slug, answer in found if answer is not None}

    def cells(self, codes: bytes | memoryview) -> tuple[int, ...]:
        """Return the cells of codes."""
        return self._struct.unpack(codes)


def _column(question: Task | Link, start: int) -> Column:
    if isinstance(question, Link):
        return Column(question.slug, question.values, start, 1, is_set=False)
    width = -(-len(question.choices) // BITS) if question.many else 1
    return Column(question.slug, question.slugs(), start, width, is_set=question.many)
