"""Detector: answers to a question in which one block of rows is repeated over and over."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Material, Row, location

LONGEST_PERIOD = 1000  # rows
SHORTEST_PERIOD = 20  # rows; below it, repetition is common in honest answers
REPETITIONS = 5


class RepeatedBlock:
    """Finds answers that were copied in blocks instead of given one by one, per question and imported file."""

    name = "repeated_block"
    summary = _("columns with a block of rows that repeats, kept")
    case = _("kept; from here on a block of %(period)s rows repeats")
    per_rater = True

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per file and question with a block that repeats."""
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
        period, start, end = repeated_run(column)
        if period:
            (first, first_row), (end_utterance, end_row) = places[start], places[end - 1]
            begin, finish = last._replace(utterance=first, row=first_row), last._replace(row=end_row)
            yield Detection(
                rows={"first": first, "last": end_utterance, **location(begin, finish)},
                extent_count=end - start,
                extent_share=(end - start) / len(column),
                severity="severe",
                task=question,
                evidence={"period": period},
            )


def repeated_run(values: Sequence[int]) -> tuple[int, int, int]:
    """Find the longest run of one block that occurs at least `REPETITIONS` times in a row, anywhere in a sequence.

    A run whose own shortest period is below `SHORTEST_PERIOD` is no case: equal answers in a row are common.

    Args:
        values: codes of answers.

    Returns:
        The length of the block, and the start and the end of the run; (0, 0, 0) if there is none. Of two periods of
        the same run the shorter one is returned.
    """
    codes = np.asarray(values, dtype=np.int64)
    best = (0, 0, 0)
    for period in range(SHORTEST_PERIOD, min(LONGEST_PERIOD, len(codes) // REPETITIONS) + 1):
        for start, end in _runs(codes[period:] == codes[:-period], (REPETITIONS - 1) * period):
            # of the same rows the shorter block is found first, and a longer one must cover more rows than its multiple
            if end + period - start > best[2] - best[1] + period and _shortest_period(
                codes[start : start + 2 * period]
            ) >= min(SHORTEST_PERIOD, period):
                best = (period, start, end + period)
    return best


def _runs(equal: npt.NDArray[np.bool_], shortest: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the runs of True that are at least so long."""
    breaks = np.concatenate(([-1], np.flatnonzero(~equal), [len(equal)]))
    for place in np.flatnonzero(np.diff(breaks) > shortest):
        yield int(breaks[place]) + 1, int(breaks[place + 1])


def _shortest_period(codes: npt.NDArray[np.int64]) -> int:
    """Return the shortest period below `SHORTEST_PERIOD` of a sequence, else `SHORTEST_PERIOD`."""
    for period in range(1, SHORTEST_PERIOD):
        if np.array_equal(codes[period:], codes[:-period]):
            return period
    return SHORTEST_PERIOD
