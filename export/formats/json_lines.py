"""JSON Lines, the native format: rows as JSON, one per line, with their keys in order and nothing left out."""

from __future__ import annotations

from export.formats.format import ExportFormat, SplitWriter
from export.rows.records import Batch


class JsonLinesWriter(SplitWriter):
    """Writes one JSON object per line."""

    suffix = ".jsonl"

    def write(self, split: str, batch: Batch) -> None:
        """Append rows."""
        self.outputs[split].write(batch.lines)


JSON_LINES = ExportFormat("jsonl", "SPLIT.jsonl", "JSON Lines", JsonLinesWriter)
