"""An Excel sheet as a table. Reads values, never formulas; a file that unpacks to more than the limits is refused."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from common.errors import Refused
from corpus.importers.table.sheet import MOST_COLUMNS, Table, TableRow, distinct

MOST_UNPACKED = 1 << 30  # bytes
MOST_ENTRIES = 5_000
HIGHEST_RATIO = 300  # of unpacked to packed bytes, of parts above `SMALL`; real sheets have 5 to 40
SMALL = 1 << 20
MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
MOST_MERGED = 100_000
PIECE = 1 << 20


class ExcelTable(Table):
    """One sheet of a workbook."""

    @classmethod
    def recognised(cls, path: Path, name: str, sheet: str = "") -> ExcelTable:
        """Return the sheet of this name, or the first one with a row.

        Raises:
            Refused: `table.too_large`, `table.broken`, `table.broken_workbook`, `table.no_sheet`, `table.empty`.
        """
        require_bounded(path, name)
        with closing(_workbook(path, name)) as book:
            titles = book.sheetnames
            if sheet and sheet not in titles:
                raise Refused("table.no_sheet", file=name, sheet=sheet, found=", ".join(titles))
            for title in [sheet] if sheet else titles:
                table = cls(path, name, [], 0, {"sheet": title, "sheets": ", ".join(titles)})
                for row in table.all_rows():
                    if any(row.cells[:MOST_COLUMNS]):
                        table.header = distinct(row.cells[:MOST_COLUMNS], name, row.number)
                        table.header_row, table.left_out = row.number, row.cells[MOST_COLUMNS:]
                        return table
        raise Refused("table.empty", file=name)

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows after the header; each cell of a merged range has the value of its first one.

        Cells below columns that are left out are none; other cells after the first `MOST_COLUMNS` have no header.
        """
        for row in self.all_rows():
            if row.number > self.header_row:
                yield TableRow(row.number, row.cells[:MOST_COLUMNS]) if self.left_out else row

    def all_rows(self) -> Iterator[TableRow]:
        """Yield every row of the sheet as text; after the first `MOST_COLUMNS` cells those alone that hold one."""
        with closing(_workbook(self.path, self.name)) as book:
            sheet = book[self.form["sheet"]]
            if not hasattr(sheet, "iter_rows"):
                return  # a sheet with a chart alone
            sheet.reset_dimensions()  # the size that the file states may be wrong or huge
            merged = _merged(self.path, getattr(sheet, "_worksheet_path", ""))
            carried: dict[int, tuple[int, str]] = {}  # column -> last row of the range, its value
            number = 0
            try:
                for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                    cells = [excel_text(value) for value in values[:MOST_COLUMNS]]
                    if merged or carried:
                        _fill(cells, number, merged, carried)
                    further = map(excel_text, values[MOST_COLUMNS:])
                    yield TableRow(number, [*cells, *(text for text in further if text.strip())])
            except (ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
                raise Refused("table.broken", file=self.name, row=number + 1, error=str(error)) from error


def require_bounded(path: Path, name: str) -> None:
    """Refuse a file that would unpack to more than the limits.

    Raises:
        Refused: `table.too_large`, `table.broken_workbook`, `table.not_excel`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Refused("table.broken_workbook", file=name, error=str(error)) from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Refused("table.not_excel", file=name)
    swollen = any(part.file_size > SMALL and part.file_size > HIGHEST_RATIO * part.compress_size for part in parts)
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED or swollen:
        raise Refused("table.too_large", file=name, most_mb=MOST_UNPACKED >> 20)


def _workbook(path: Path, name: str) -> Any:
    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises errors of many kinds for damaged files
        raise Refused("table.broken_workbook", file=name, error=type(error).__name__) from error


def excel_text(value: Any) -> str:  # noqa: PLR0911 -- one per kind of value
    """Return a value of a cell as text: whole numbers without a point, dates in ISO form, durations as h:mm:ss.mmm."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # 0.1 + 0.2 is stored as 0.30000000000000004, and a spreadsheet shows 15 digits
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, time):
        return _clock(value.hour * 3600 + value.minute * 60 + value.second, value.microsecond)
    if isinstance(value, timedelta):
        return _clock(value.days * 86400 + value.seconds, value.microseconds)
    return value.isoformat() if isinstance(value, date) else str(value)


def _clock(seconds: int, microseconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}.{microseconds // 1000:03}"


def _merged(path: Path, part: str) -> dict[int, list[tuple[int, int, int]]]:
    """Return first row -> (first column, last column, last row) of merged ranges; the reader does not give them."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    if not part:
        return found
    count, rest = 0, b""
    with zipfile.ZipFile(path) as archive, archive.open(part.lstrip("/")) as file:
        while piece := file.read(PIECE):
            text = rest + piece
            end = 0
            for match in MERGED.finditer(text):
                end = match.end()
                count += 1
                if count > MOST_MERGED:
                    return found
                left, top, right, bottom = (each or 1 for each in range_boundaries(match[1].decode()))
                found.setdefault(top, []).append((left - 1, right - 1, bottom))
            rest = text[max(end, len(text) - 100) :]
    return found


def _fill(
    cells: list[str],
    number: int,
    merged: dict[int, list[tuple[int, int, int]]],
    carried: dict[int, tuple[int, str]],
) -> None:
    """Give each cell of a merged range the value of its first one."""
    for left, right, bottom in merged.get(number, ()):
        value = cells[left] if left < len(cells) else ""
        for column in range(left, min(right, MOST_COLUMNS - 1) + 1):
            carried[column] = (bottom, value)
    for column, (bottom, value) in list(carried.items()):
        if number > bottom:
            del carried[column]
            continue
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = value
