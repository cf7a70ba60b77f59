"""JSON Lines, the native format: rows as JSON, one per line, with their keys in order and nothing left out."""

from __future__ import annotations

import json
from collections.abc import Iterable

from export.formats.format import ExportFormat, RowWriter
from export.rows.columns import Row

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # json.dumps makes an encoder per call


def line(row: Row) -> bytes:
    """Return a row as UTF-8 with its newline."""
    return encode(row).encode() + b"\n"


class JsonLinesWriter(RowWriter):
    """Writes one JSON object per line."""

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""
        self.output.write(b"".join(map(line, rows)))


JSON_LINES = ExportFormat("jsonl", ".jsonl", "JSON Lines", JsonLinesWriter)
