"""Detector: answers to a question that end in one block of rows repeated over and over."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Material, Row, location

LONGEST_PERIOD = 1000  # rows
SHORTEST_PERIOD = 20  # rows; below it, repetition is common in honest answers
REPETITIONS = 5


class RepeatedBlock:
    """Finds answers that were copied in blocks instead of given one by one, per question and imported file."""

    name = "repeated_block"
    summary = _("columns that end in a repeated block, kept")
    case = _("kept; from here on a block of %(period)s rows repeats")
    per_rater = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per file and question whose answers end in a repeated block."""
        for _file, rows in groupby(material.rows(), key=lambda row: row.file):
            yield from _in_file(rows, material.questions)


def _in_file(rows: Iterator[Row], questions: Sequence[str]) -> Iterator[Detection]:
    code: dict[Any, int] = {}
    columns = [array("l") for _ in questions]
    places = []
    for row in rows:
        places.append((row.utterance, row.row))
        for question, column in zip(questions, columns, strict=True):
            answer = row.answers.get(question)
            column.append(code.setdefault(tuple(answer) if isinstance(answer, list) else answer, len(code)))
        last = row
    for question, column in zip(questions, columns, strict=True):
        period, start = repeated_tail(column)
        if period:
            utterance, number = places[start]
            first = last._replace(utterance=utterance, row=number)
            yield Detection(
                rows={"first": first.utterance, "last": last.utterance, **location(first, last)},
                extent_count=len(column) - start,
                extent_share=(len(column) - start) / len(column),
                severity="severe",
                task=question,
                evidence={"period": period},
            )


def repeated_tail(values: Sequence[Any]) -> tuple[int, int]:
    """Find the shortest block that ends a sequence and occurs there at least `REPETITIONS` times in a row.

    Returns:
        The length of the block and the index where the first one starts; (0, 0) if there is none.
    """
    for period in range(1, min(LONGEST_PERIOD, len(values) // REPETITIONS) + 1):
        start = len(values) - period
        while start > 0 and values[start - 1] == values[start - 1 + period]:
            start -= 1
        if len(values) - start >= REPETITIONS * period:
            return (period, start) if period >= SHORTEST_PERIOD else (0, 0)
    return 0, 0
