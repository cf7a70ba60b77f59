"""A table as rows of text: CSV, JSON Lines or an Excel sheet, read as a stream."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from common.errors import Refused
from corpus.importers.files import unknown_encoding
from corpus.rules.json_texts import BrokenJsonError, json_value
from corpus.rules.text_encodings import Place, decode, place_of_undecodable, utf16_of

SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 50
DELIMITERS = (",", ";", "\t", "|")
LONGEST_CELL = 1_000_000  # characters; one unclosed quote must not swallow the rest of a large file
MOST_COLUMNS = 500
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database stores them: U+0000, and halves of characters
LIST_SEPARATOR = "|"  # between the entries of a JSON list

csv.field_size_limit(LONGEST_CELL)


class TableRow(NamedTuple):
    """A row of a table; `number` counts from 1 with the header, as in a spreadsheet, or lines of a JSONL file."""

    number: int
    cells: list[str]


@dataclass(slots=True)
class Table:
    """A table that can be read several times.

    Attributes:
        path: the file.
        name: of the file, for people and reports.
        header: names of the columns, each of them once.
        header_row: number of the row with the header.
        form: what was recognised: encoding and delimiter, or the sheet; for people.
        left_out: names of the columns after the first `MOST_COLUMNS` of a sheet.
    """

    path: Path
    name: str
    header: list[str]
    header_row: int
    form: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows after the header, blank ones too.

        Raises:
            Refused: `table.encoding`, `table.broken`.
        """
        raise NotImplementedError

    def other_encoding(self) -> Refused:
        """Return the refusal of a file of which a later part is in another encoding, with the place."""
        return other_encoding(self.path, self.name, self.form["encoding"])


def other_encoding(path: Path, name: str, encoding: str) -> Refused:
    """Return the refusal of a file that begins in an encoding and cannot be read in it, with the place."""
    with path.open("rb") as file:
        place = place_of_undecodable(iter(lambda: file.read(SAMPLE_BYTES), b""), encoding) or Place(1, 1)
    return Refused("table.encoding", file=name, encoding=encoding, line=place.line, byte=place.byte)


def open_table(path: Path, name: str = "", *, sheet: str = "") -> Table:
    """Recognise a table by its content.

    Args:
        path: the file.
        name: for people; by default the file's.
        sheet: name of an Excel sheet; by default the first one with a row.

    Raises:
        Refused: `table.empty`, `table.encoding`, `table.old_excel`, `table.broken`, `table.too_large`,
            `table.no_sheet`, `table.too_many_columns`, `import.encoding`.
    """
    name = name or path.name
    if not path.is_file():
        raise Refused("import.file_missing", file=name)
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if head.startswith(b"PK\x03\x04"):
        from corpus.importers.table.excel import ExcelTable

        return ExcelTable.recognised(path, name, sheet)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("table.old_excel", file=name)
    encoding = encoding_of(head, name)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise other_encoding(path, name, encoding) from error
    if not text.strip():
        raise Refused("table.empty", file=name)
    if text.lstrip()[0] in "{[":
        return JsonTable.recognised(path, name, encoding, is_array=text.lstrip()[0] == "[")
    return CsvTable.recognised(path, name, encoding, text, is_whole=len(head) < SAMPLE_BYTES)


def encoding_of(head: bytes, name: str) -> str:
    """Return the encoding of a file by its first bytes.

    Raises:
        Refused: `import.encoding`.
    """
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := utf16_of(head):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # a character may be cut at the end
    except UnicodeDecodeError:
        is_cut = len(head) == SAMPLE_BYTES
        return _older_encoding((head[: head.rfind(b"\n") + 1] if is_cut else head) or head, name)
    return "utf-8"


def _older_encoding(whole: bytes, name: str) -> str:
    if decode(whole) is not None:
        return "gb18030"
    try:
        text = whole.decode("big5")
    except UnicodeDecodeError:
        pass
    else:
        if decode(text.encode("gb18030")) is not None:  # reads like Chinese
            return "big5"
    if all(byte < 0x80 or byte >= 0xA0 or byte in b"\x85\x91\x92\x93\x94\x96\x97" for byte in whole):
        return "cp1252"
    raise unknown_encoding(name, whole)


class CsvTable(Table):
    """A file of cells with one delimiter."""

    @classmethod
    def recognised(cls, path: Path, name: str, encoding: str, sample: str, *, is_whole: bool) -> CsvTable:
        """Return the table, with the delimiter under which the first rows have the same number of cells."""
        if not is_whole:
            sample = sample[: sample.rfind("\n") + 1] or sample
        delimiter = best_delimiter(sample)
        form = {"encoding": encoding, "delimiter": delimiter}
        for row in _parsed(sample.splitlines(keepends=True), delimiter, name):
            if any(map(str.strip, row.cells)):
                return cls(path, name, distinct(row.cells, name, row.number), row.number, form)
        raise Refused("table.empty", file=name)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows; a quoted cell may hold line ends."""
        with self.path.open(encoding=self.form["encoding"], newline="") as file:
            try:
                yield from islice(_parsed(file, self.form["delimiter"], self.name), self.header_row, None)
            except UnicodeDecodeError as error:
                raise self.other_encoding() from error


def _parsed(lines: Any, delimiter: str, name: str) -> Iterator[TableRow]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            if number == 1 and cells:
                cells[0] = cells[0].removeprefix("\ufeff")
            yield TableRow(number, cells)
    except csv.Error as error:
        raise Refused("table.broken", file=name, row=number + 1, error=str(error)) from error


def best_delimiter(sample: str) -> str:
    """Return the delimiter that divides the first rows into the most cells, the same number in each of most rows."""
    lines = sample.splitlines(keepends=True)

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in islice(csv.reader(lines, delimiter=delimiter), SAMPLE_ROWS) if row]
        except csv.Error:
            return (0.0, 0)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (sum(width == widths[0] for width in widths) / len(widths), widths[0])

    return max(DELIMITERS, key=score)


class JsonTable(Table):
    """One JSON object per line, or an array of objects."""

    @classmethod
    def recognised(cls, path: Path, name: str, encoding: str, *, is_array: bool) -> JsonTable:
        """Return the table; its header names the keys of all objects, in the order in which they appear."""
        table = cls(path, name, [], 0, {"encoding": encoding, "json": "array" if is_array else "lines"})
        names: dict[str, None] = {}
        for _number, entry in table.entries():
            names.update(dict.fromkeys(entry))
        if not names:
            raise Refused("table.empty", file=name)
        table.header = distinct(list(names), name, 1)
        return table

    def rows(self) -> Iterator[TableRow]:
        """Yield an entry as a row; a missing key is an empty cell."""
        for number, entry in self.entries():
            yield TableRow(number, [entry.get(column, "") for column in self.header])

    def entries(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each object with its number, nested objects as `outer.inner`."""
        if self.form["json"] == "array":
            yield from self._array()
            return
        with self.path.open(encoding=self.form["encoding"]) as file:
            try:
                for number, line in enumerate(file, start=1):
                    if text := line.strip().removeprefix("\ufeff"):
                        yield number, self._flat(number, _loaded(text, self.name, number))
            except UnicodeDecodeError as error:
                raise self.other_encoding() from error

    def _array(self) -> Iterator[tuple[int, dict[str, str]]]:
        try:
            text = self.path.read_text(encoding=self.form["encoding"])
        except UnicodeDecodeError as error:
            raise self.other_encoding() from error
        for number, entry in enumerate(_loaded(text, self.name, 1), start=1):
            yield number, self._flat(number, entry)

    def _flat(self, number: int, entry: Any) -> dict[str, str]:
        if not isinstance(entry, dict):
            raise Refused("table.not_an_object", file=self.name, row=number)
        return dict(_flattened(entry))


def _loaded(text: str, name: str, row: int) -> Any:
    try:
        return json_value(text)
    except BrokenJsonError as error:
        raise Refused("table.broken", file=name, row=error.line + row - 1, error=error.reason) from error


def _flattened(entry: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        else:
            yield UNSTORABLE.sub("", f"{prefix}{key}"), cell_text(value)


def cell_text(value: Any) -> str:
    """Return a JSON value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list) and not any(isinstance(each, list | dict) for each in value):
        return LIST_SEPARATOR.join(map(cell_text, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def distinct(names: list[str], file: str, row: int) -> list[str]:
    """Return names of columns, trimmed, those without a name numbered, each of them once.

    Args:
        names: as they stand in the file.
        file: its name, for the error.
        row: of the header, for the error.

    Raises:
        Refused: `table.too_many_columns`.
    """
    if len(names) > MOST_COLUMNS:
        raise Refused("table.too_many_columns", file=file, row=row, found=len(names), most=MOST_COLUMNS)
    found: dict[str, None] = {}
    for place, raw in enumerate(names, start=1):
        name = stem = " ".join(UNSTORABLE.sub("", raw).split()) or f"column {place}"
        number = 1
        while name in found:
            number += 1
            name = f"{stem} ({number})"
        found[name] = None
    return list(found)
