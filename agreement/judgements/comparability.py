"""Comparability of answers given under different versions of a codebook."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.rules.codebook import Codebook, CodeLayout, Link, Task
from corpus.rules.codebook.codes import MISSING, Column

INCOMPARABLE = -4  # the code of an answer to a question that the other version asks differently

Codes = npt.NDArray[np.int16]


def comparable(one: Codebook, other: Codebook) -> frozenset[str]:
    """Return the slugs of the questions that both codebooks ask alike, so that their answers may be compared.

    Keys, texts and defaults make no difference. Choices and their order, scale, perspective, and the ends, values and
    condition of a link do.
    """
    theirs = {question.slug: _meaning(question) for question in other.questions}
    return frozenset(question.slug for question in one.questions if theirs.get(question.slug) == _meaning(question))


def _meaning(question: Task | Link) -> tuple[Any, ...]:
    if isinstance(question, Link):
        return ("link", question.source, question.target, question.values, question.condition)
    return ("task", question.scale, question.perspective, question.many, question.slugs())


class Translation:
    """Lookup tables that turn codes of one codebook version into codes of another.

    A comparable question has the same choices in the same order in both versions, so its cells are copied. The code
    of an answer to any other question becomes `INCOMPARABLE`; "cannot judge", "not applicable" and missing answers
    keep their codes, because they mean the same for any choices.

    Args:
        old: the version that the codes were stored under.
        new: the version to read them under.

    Attributes:
        comparable: (Q,) whether each question of the new version is asked alike in the old one.
    """

    def __init__(self, old: Codebook, new: Codebook) -> None:
        self._width = CodeLayout(new).width
        self._source: list[int] = []  # cells copied as they are, to the cells of `_target`
        self._target: list[int] = []
        self._states: list[tuple[int, int]] = []  # (target, source) first cells of which only the states are copied
        alike = comparable(new, old)
        theirs = {column.slug: column for column in CodeLayout(old).columns}
        columns = CodeLayout(new).columns
        for column in columns:
            if column.slug in alike:
                self._source += _cells(theirs[column.slug])
                self._target += _cells(column)
            elif column.slug in theirs:
                self._states.append((column.start, theirs[column.slug].start))
        self._missing = [column.start for column in columns if column.slug not in theirs]
        self.comparable: npt.NDArray[np.bool_] = np.array([column.slug in alike for column in columns], dtype=bool)

    def __call__(self, codes: Codes) -> Codes:
        """Return codes (N, cells of the new layout) from codes (N, cells of the old layout)."""
        translated = np.zeros((len(codes), self._width), dtype=np.int16)
        translated[:, self._target] = codes[:, self._source]
        translated[:, self._missing] = MISSING
        for target, source in self._states:
            translated[:, target] = np.where(codes[:, source] < 0, codes[:, source], INCOMPARABLE)
        return translated


def _cells(column: Column) -> range:
    return range(column.start, column.start + column.width)
