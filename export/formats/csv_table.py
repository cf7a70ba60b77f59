"""CSV for programs: one line per row, text cells kept byte for byte; and a variant for spreadsheets.

A spreadsheet takes a cell that starts with = + - or @ for a formula, and subtitles do start with a dash. A quote put
before it would train a model on text that was never spoken. So the plain CSV stays unchanged, and the variant for
spreadsheets puts an apostrophe before such texts, which the importer of tables takes away (`unescape`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from export.formats.format import ExportFormat, OutputFolder, SplitWriter
from export.rows.columns import Table, column_names
from export.rows.records import Batch, Row, encode, label_parts

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
QUOTED = re.compile('["\r\n]')  # characters of cells that get quotes, besides the comma
ENDINGS, CACHED = 1024, 16_384  # cached combinations of the answers to all questions, and to one; 3 and 0.5 KB each
END = "\r\n"  # the writer quotes cells that contain a part of it; lines end with the line feed alone


def header(table: Table) -> bytes:
    """Return the first line."""
    return _joined([column_names(table.slugs, is_soft=table.is_soft)])


def guarded(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: text that could be one gets an apostrophe before it.

    So does text that starts with apostrophes or spaces before such a sign: the importer takes one apostrophe away from
    exactly these texts.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("' ").startswith(FORMULA) else cell


def question_cells(labels: dict[str, Any], table: Table) -> list[Any]:
    """Return the cells of all questions: answers of raters, sets of labels and distributions are JSON."""
    return [cell for slug in table.slugs for cell in _cells(labels[slug], is_soft=table.is_soft)]


def _cells(found: dict[str, Any], *, is_soft: bool) -> list[Any]:
    label = found["label"]
    cells = [_json(label) if isinstance(label, list) else label, found["state"], found["source"], _json(found["votes"])]
    return [*cells, _json(found["distribution"])] if is_soft else cells


class CsvWriter(SplitWriter):
    """Writes a header and one line per row."""

    suffix = ".csv"

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self._ending = lru_cache(ENDINGS)(self._ending_of)
        self._question = lru_cache(CACHED)(self._question_of)
        for output in self.outputs.values():
            output.write(header(table))

    def write(self, split: str, batch: Batch) -> None:
        """Append rows."""
        parts: list[bytes] = []
        for row in batch.rows:
            parts += (_line(self.plain(row)), self._ending(bytes(row.labels)))
        self.outputs[split].write(b"".join(parts))

    def plain(self, row: Row) -> Sequence[Any]:
        """Return the cells of the plain columns."""
        return row.plain

    def _ending_of(self, labels: bytes) -> bytes:
        """Return the part of a line after the plain columns; few rows share all of it, but many that of a question."""
        return b"".join([*(self._question(bytes(part)) for part in label_parts(labels)), b"\n"])

    def _question_of(self, part: bytes) -> bytes:
        return b"," + _joined([_cells(msgspec.json.decode(part), is_soft=self.table.is_soft)]).removesuffix(b"\n")


class SpreadsheetWriter(CsvWriter):
    """Writes CSV whose texts no spreadsheet takes for formulas, with the mark that tells it the encoding."""

    suffix = ".spreadsheet.csv"

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(_Marked(folder), table, splits)

    def plain(self, row: Row) -> Sequence[Any]:
        """Return the cells of the plain columns, none of them a formula."""
        return [guarded(cell) for cell in row.plain]


class _Marked:
    """A folder whose files begin with a byte order mark, without which a spreadsheet misreads Chinese."""

    def __init__(self, folder: OutputFolder) -> None:
        self._folder = folder
        self.put = folder.put

    def open(self, name: str, *, rows: bool = False) -> Any:
        output = self._folder.open(name, rows=rows)
        output.write("\ufeff".encode())
        return output


def _json(value: Any) -> str:
    return encode(value).decode()


def _line(cells: Sequence[Any]) -> bytes:
    """Return cells as the writer of the standard library does, without an end; most lines need no quotes."""
    line = ",".join([cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in cells])
    if line.count(",") == len(cells) - 1 and not QUOTED.search(line):
        return line.encode()
    return _joined([cells]).removesuffix(b"\n")


def _joined(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=END).writerows(rows)
    return (text.getvalue().removesuffix(END) + "\n").encode()


CSV = ExportFormat("csv", "SPLIT.csv", "a flat table, with the answers of raters as JSON in cells", CsvWriter)
SPREADSHEET = ExportFormat(
    "spreadsheet",
    "SPLIT.spreadsheet.csv",
    "the same table with texts that no spreadsheet takes for formulas",
    SpreadsheetWriter,
)
