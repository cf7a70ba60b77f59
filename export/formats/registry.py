"""The registry of formats.

To add a format, write its file, add its entry here, and test what it carries. The native format is in every release,
because the proof that no split shares a group reads it back.
"""

from __future__ import annotations

from export.formats import csv_table, json_lines
from export.formats.format import ExportFormat

NATIVE = json_lines.JSON_LINES
FORMATS: dict[str, ExportFormat] = {entry.name: entry for entry in (NATIVE, csv_table.CSV)}
DEFAULT = (csv_table.CSV.name,)  # besides the native one
