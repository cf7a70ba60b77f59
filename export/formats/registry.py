"""The registry of formats.

To add a format, write its file, add its entry here, and test what it carries. The native format is in every release,
because the proof that no split shares a group reads it back.
"""

from __future__ import annotations

from export.formats import csv_table, episodes, foreign_json, json_lines, meld_csv, parquet, workbook
from export.formats.format import ExportFormat

NATIVE = json_lines.JSON_LINES
FORMATS: dict[str, ExportFormat] = {
    entry.name: entry
    for entry in (
        NATIVE,
        csv_table.CSV,
        csv_table.SPREADSHEET,
        parquet.PARQUET,
        workbook.XLSX,
        meld_csv.MELD,
        foreign_json.LEWIDI,
        foreign_json.LABEL_STUDIO,
        episodes.EAF,
        episodes.VTT,
    )
}
DEFAULT = (csv_table.CSV.name,)  # besides the native one
