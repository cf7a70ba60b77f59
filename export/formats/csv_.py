"""Rows as CSV for programs: text cells are kept byte for byte.

A spreadsheet takes a cell that starts with = + - or @ for a formula; subtitles do start with a dash, and a quote put
before it would train a model on text that nobody said. So nothing is put before it, and whoever opens the file in a
spreadsheet imports it with all columns as text (the page of a release says so).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from export.formats.jsonl import encode
from export.rows.columns import PLAIN, column_names


def header(questions: Sequence[str]) -> bytes:
    """Return the first line."""
    return _line(column_names(questions))


def line(row: dict[str, Any], questions: Sequence[str]) -> bytes:
    """Return a row; what is missing is an empty cell, votes and sets of labels are JSON."""
    cells = [row[name] for name in PLAIN]
    for slug in questions:
        found = row["labels"][slug]
        label = found["label"]
        cells += [encode(label) if isinstance(label, list) else label, found["source"], encode(found["votes"])]
    return _line(cells)


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
