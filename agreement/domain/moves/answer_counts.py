"""The number of times that each answer was given under a codebook version, for the rows of a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from django.db.models import QuerySet

from agreement.judgements.comparability import Codes
from agreement.statistics.answers.patterns import Ints
from common.errors import Refused
from corpus.models import Annotation, CodebookVersion, Purpose
from corpus.rules.codebook.codes import BITS, Column

CHUNK = 5000  # annotations
MOST_AT_ONCE = 200_000  # annotations that a page counts while its reader waits


class AnswerCount(NamedTuple):
    """Numbers of answers, of their raters, and of their utterances."""

    answers: int
    raters: int
    utterances: int


def answers_under(codebook: CodebookVersion) -> int:
    """Return the number of annotations of the main work with answers under a version."""
    return _annotated(codebook).count()


def answer_counts(codebook: CodebookVersion) -> dict[tuple[str, str], AnswerCount]:
    """Return the counts of each answer of the main work, by question and answer as text.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    layout = codebook.layout()
    rows = [(column, place) for column in layout.columns for place in range(len(column.answers))]
    answers, utterances = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    raters: list[set[int]] = [set() for _ in rows]
    for codes, rater, utterance in _chunks(codebook, layout.width):
        for index, (column, place) in enumerate(rows):
            given = _given(codes, column, place)
            if given.any():
                answers[index] += int(given.sum())
                utterances[index] += len(np.unique(utterance[given]))
                raters[index].update(np.unique(rater[given]).tolist())
    return {
        (column.slug, str(column.answers[place])): AnswerCount(
            int(answers[index]), len(raters[index]), int(utterances[index])
        )
        for index, (column, place) in enumerate(rows)
    }


def _given(codes: Codes, column: Column, place: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if not column.is_set:
        return np.asarray(codes[:, column.start] == place)
    cell, bit = divmod(place, BITS)
    is_answer = codes[:, column.start] >= 0
    return np.asarray(is_answer & ((codes[:, column.start + cell] >> bit & 1) == 1))


def _annotated(codebook: CodebookVersion) -> QuerySet[Annotation]:
    return Annotation.objects.filter(
        rater__corpus=codebook.corpus_id, codebook=codebook, purpose=Purpose.MAIN, answers__isnull=False
    )


def _chunks(codebook: CodebookVersion, width: int) -> Iterator[tuple[Codes, Ints, Ints]]:
    """Yield codes (N, W), raters (N,) and utterances (N,); the annotations of an utterance are in one chunk."""
    rows = _annotated(codebook).order_by("utterance").values_list("codes", "rater", "utterance")
    chunk: list[tuple[bytes | memoryview | None, int, int]] = []
    for row in rows.iterator(chunk_size=CHUNK):
        if len(chunk) >= CHUNK and row[2] != chunk[-1][2]:
            yield _arrays(chunk, width, codebook)
            chunk = []
        chunk.append(row)
    if chunk:
        yield _arrays(chunk, width, codebook)


def _arrays(
    chunk: list[tuple[bytes | memoryview | None, int, int]], width: int, codebook: CodebookVersion
) -> tuple[Codes, Ints, Ints]:
    stored = [bytes(codes or b"") for codes, _rater, _utterance in chunk]
    if any(len(codes) != 2 * width for codes in stored):
        raise Refused("agreement.codes_missing", corpus=codebook.corpus.slug)
    codes = np.frombuffer(b"".join(stored), dtype="<i2").reshape(len(chunk), width).astype(np.int16)
    raters, utterances = ([row[place] for row in chunk] for place in (1, 2))
    return codes, np.array(raters, dtype=np.int64), np.array(utterances, dtype=np.int64)
