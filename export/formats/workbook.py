"""An Excel workbook with a sheet per split, the same columns as the CSV, and a sheet that explains them."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from export.formats.csv_table import guarded, question_cells
from export.formats.format import CONTROL, NOT_XML, RETURNS, ExportFormat, FormatWriter, OutputFolder
from export.formats.zip_archive import EPOCH
from export.rows.columns import PLAIN_FIELDS, Table, column_names
from export.rows.records import Batch

LONGEST = 32_767  # characters of a cell
DATES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
TOO_LONG = f"more than {LONGEST} characters of a cell"
NAME = "release.xlsx"


class WorkbookWriter(FormatWriter):
    """Writes one workbook, row by row."""

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        from openpyxl import Workbook

        super().__init__(folder, table, splits)
        self._book = Workbook(write_only=True)
        self._sheets = {split: self._book.create_sheet(split) for split in splits}
        names = column_names(table.slugs, is_soft=table.is_soft)
        for sheet in self._sheets.values():
            sheet.freeze_panes = "B2"
            sheet.append(names)

    def write(self, split: str, batch: Batch) -> None:
        """Append rows; numbers stay numbers, and no text is a formula."""
        for row in batch.rows:
            cells = [*row.plain, *question_cells(row.cells(), self.table)]
            self._sheets[split].append([_safe(cell) for cell in cells])

    def finish(self) -> None:
        """Write the file, with fixed dates in it and in its zip."""
        about = self._book.create_sheet("columns")
        about.append(["column", "content"])
        for field in PLAIN_FIELDS:
            about.append([field.name, field.description])
        about.append(["", "A text that starts with = + - or @ has an apostrophe before it; take one away to get it."])
        written, repacked = io.BytesIO(), io.BytesIO()
        self._book.save(written)
        with zipfile.ZipFile(written) as book, zipfile.ZipFile(repacked, "w") as target:
            for name in sorted(book.namelist()):
                data = (
                    DATES.sub(rb"\g<1>1980-01-01T00:00:00Z", book.read(name)) if "core.xml" in name else book.read(name)
                )
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                target.writestr(entry, data)
        self.folder.put(NAME, repacked.getvalue())


def _safe(cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    return NOT_XML.sub("\ufffd", guarded(cell))[:LONGEST]


XLSX = ExportFormat(
    "xlsx",
    NAME,
    "an Excel workbook with a sheet per split",
    WorkbookWriter,
    remarks=(CONTROL, RETURNS, TOO_LONG),
)
