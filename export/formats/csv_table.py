"""CSV for programs: one line per row, text cells kept byte for byte.

A spreadsheet takes a cell that starts with = + - or @ for a formula, and subtitles do start with a dash. A quote put
before it would train a model on text that was never spoken, so cells stay unchanged, and the page of a release advises
to import all columns as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from export.formats.format import ExportFormat, Output, RowWriter
from export.formats.json_lines import encode
from export.rows.columns import PLAIN, Row, column_names


def header(questions: Sequence[str], *, is_soft: bool = False) -> bytes:
    """Return the first line."""
    return _line(column_names(questions, is_soft=is_soft))


def line(row: Row, questions: Sequence[str]) -> bytes:
    """Return a row: missing values are empty cells; answers of raters, sets of labels and distributions are JSON."""
    cells = [row[name] for name in PLAIN]
    for slug in questions:
        cell = row["labels"][slug]
        label = cell["label"]
        cells += [encode(label) if isinstance(label, list) else label, cell["source"], encode(cell["votes"])]
        if "distribution" in cell:
            cells.append(None if cell["distribution"] is None else encode(cell["distribution"]))
    return _line(cells)


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


class CsvWriter(RowWriter):
    """Writes a header and one line per row."""

    def __init__(self, output: Output, questions: Sequence[str], *, is_soft: bool = False) -> None:
        super().__init__(output, questions, is_soft=is_soft)
        output.write(header(questions, is_soft=is_soft))

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self.output.write(b"".join(line(row, self.questions) for row in rows))


CSV = ExportFormat("csv", ".csv", "a flat table, with the answers of raters as JSON in cells", CsvWriter)
