"""One row of a table in terms of its mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from common.errors import Refused
from corpus.importers.remarks import ImportRemark
from corpus.importers.table.answers import AnswerReader
from corpus.importers.table.mapping import SINGLE, TableMapping
from corpus.importers.table.sheet import Table, TableRow
from corpus.importers.table.times import UnreadableTimeError, milliseconds
from corpus.rules.codebook import Codebook

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST = {"dialogue": 80, "code": 80, "speaker": 120, "rater": 200, "episode": 200, "series": 200}


class RowAnswer(NamedTuple):
    """A column with an answer: its place, name, task and rater ("" for that of the row)."""

    place: int
    name: str
    task: str
    rater: str


@dataclass(frozen=True, slots=True)
class Times:
    """Start and end in milliseconds, both None if they are missing or unusable."""

    start_ms: int | None = None
    end_ms: int | None = None


NO_TIMES = Times()


class LineReader:
    """Reads the cells of a row.

    Args:
        table: the table.
        mapping: of its columns, complete.
        codebook: of the answers.
        notation: of the times.
    """

    def __init__(self, table: Table, mapping: TableMapping, codebook: Codebook | None, notation: str) -> None:
        self.table, self.mapping, self.notation = table, mapping, notation
        places = {name: place for place, name in enumerate(table.header)}
        self.width = len(table.header)
        self.place = {single: places[name] for single in SINGLE if (name := mapping.column_of(single)) is not None}
        self.column = {single: table.header[place] for single, place in self.place.items()}
        self.answers = [RowAnswer(places[name], name, each.task, each.rater) for name, each in mapping.answers()]
        self.reader = AnswerReader(codebook, mapping) if codebook and self.answers else None
        if self.reader and self.reader.unknown_tasks:
            raise Refused("table.unknown_task", task=", ".join(self.reader.unknown_tasks))
        self.rates_by_row = "rater" in self.place and any(not each.rater for each in self.answers)
        self.default_series = mapping.series.strip() or Path(table.name).stem[:200] or "table"
        self._header = [name.casefold() for name in table.header]
        self._unescapes = mapping.unescape
        self._places = tuple(self.place.items())
        self._limited = [(field, LONGEST[field]) for field in self.place if field in LONGEST]
        self._names_dialogues = next((field for field in ("dialogue", "episode") if field in self.place), "")

    def has(self, field: str) -> bool:
        """Return whether a column has this meaning."""
        return field in self.place

    def text(self, row: TableRow, field: str) -> str:
        """Return the trimmed text of a field; "" if no column has it."""
        place = self.place.get(field)
        if place is None or place >= len(row.cells):
            return ""
        cell = row.cells[place]
        return (self.unescaped(cell) if self._unescapes else cell).strip()

    def texts(self, row: TableRow) -> dict[str, str]:
        """Return the trimmed texts of all fields that a column has."""
        cells = row.cells
        if self._unescapes:
            cells = [self.unescaped(cell) for cell in cells]
        if len(cells) < self.width:
            cells = [*cells, *[""] * (self.width - len(cells))]
        return {field: cells[place].strip() for field, place in self._places}

    def raw(self, row: TableRow, field: str) -> str:
        """Return the cell of a field as it is."""
        place = self.place.get(field)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def unescaped(self, cell: str) -> str:
        """Take the apostrophe away that kept a spreadsheet program from taking a text for a formula."""
        if self.mapping.unescape and cell.startswith("'") and cell[1:].lstrip("' ").startswith(FORMULA):
            return cell[1:]
        return cell

    def dialogue(self, row: TableRow) -> str:
        """Return the name of the row's dialogue: its own column, else the episode, else the row itself is one.

        Blank rows and repeated headers belong to no dialogue, and so does a row without a name in the column.
        """
        return self.text(row, self._names_dialogues) if self._names_dialogues else f"row-{row.number}"

    def series(self, row: TableRow) -> str:
        """Return the series of a row."""
        return self.text(row, "series") or self.default_series

    def is_blank(self, row: TableRow) -> bool:
        """Return whether no cell has a text."""
        return not any(map(str.strip, row.cells))

    def is_header(self, row: TableRow) -> bool:
        """Return whether a row repeats the header, as in files that were put together."""
        cells = row.cells
        if not cells or cells[0].strip().casefold() != self._header[0]:  # nearly all rows
            return False
        return [cell.strip().casefold() for cell in cells[: self.width]] == self._header

    def problem(self, row: TableRow, texts: Mapping[str, str]) -> tuple[str, str] | None:
        """Return why a row is rejected, (field, problem), before its dialogue is looked at; None if it is not.

        Args:
            row: neither blank nor a header.
            texts: of its fields.
        """
        cells = row.cells
        if len(cells) > self.width and any(map(str.strip, cells[self.width :])):
            return "", "too_many_cells"
        if self._names_dialogues and not texts[self._names_dialogues]:
            return self._names_dialogues, "no_dialogue"
        if not texts.get("text"):
            return "text", "no_text"
        if self.rates_by_row and not texts["rater"]:
            return "rater", "no_rater"
        for field, longest in self._limited:
            if len(texts[field]) > longest:
                return field, "name_too_long"
        return None

    @staticmethod
    def order(texts: Mapping[str, str]) -> float | None:
        """Return the number in the order column, infinity if no column has the order, or None if it is no number."""
        if "order" not in texts:
            return float("inf")
        try:
            found = float(texts["order"].replace("，", ","))
        except ValueError:
            return None
        return found if abs(found) < 1e15 else None  # neither an infinity nor "nan"

    def times(self, row: TableRow, texts: Mapping[str, str]) -> tuple[Times, ImportRemark | None]:
        """Return the times of a row, and the remark on those that are left empty."""
        found: list[int | None] = []
        for field in ("start", "end"):
            cell = texts.get(field)
            try:
                found.append(milliseconds(cell, self.notation, self.mapping.fps) if cell else None)
            except UnreadableTimeError:
                return NO_TIMES, self.remark(row, field, "time_unreadable", "times left empty")
        start, end = found
        if start is None or end is None:
            if start is end:
                return NO_TIMES, None
            return NO_TIMES, self.remark(row, "start" if start is None else "end", "time_missing", "times left empty")
        if end <= start:
            problem = "ends_before_start" if end < start else "no_length"
            return NO_TIMES, self.remark(row, "end", problem, "times left empty")
        return Times(start, end), None

    def remark(self, row: TableRow, field: str, problem: str, action: str) -> ImportRemark:
        """Return a remark on a field of a row."""
        return ImportRemark(
            self.table.name, row.number, self.column.get(field, ""), self.raw(row, field), problem, action
        )
