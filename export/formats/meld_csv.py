"""CSV with the columns of MELD, followed by one per further question."""

from __future__ import annotations

import csv
import io
from typing import Any

from export.formats.format import ExportFormat, OutputFolder, SplitWriter
from export.formats.times import clock
from export.rows.columns import Table
from export.rows.records import Batch

COLUMNS = ("Sr No.", "Utterance", "Speaker", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID")
AFTER = ("Season", "Episode", "StartTime", "EndTime")
OWN = ("emotion", "sentiment")  # questions with a column of their own


class MeldWriter(SplitWriter):
    """Writes `SPLIT_sent_emo.csv`."""

    suffix = "_sent_emo.csv"

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self._others = [slug for slug in table.slugs if slug not in OWN]
        self._numbers = dict.fromkeys(splits, 0)
        for split in splits:
            self._line(split, [*COLUMNS, *AFTER, *self._others])

    def write(self, split: str, batch: Batch) -> None:
        """Append rows; the season is the series, since Concord numbers no seasons."""
        for row in batch.rows:
            self._numbers[split] += 1
            labels = {slug: _text(cell) for slug, cell in row.cells().items()}
            self._line(
                split,
                [
                    *(self._numbers[split], row.text, row.speaker, *(labels.get(slug, "") for slug in OWN)),
                    *(row.dialogue, row.order - 1, row.series, row.episode),
                    *(clock(row.start_ms, ","), clock(row.end_ms, ",")),
                    *(labels[slug] for slug in self._others),
                ],
            )

    def _line(self, split: str, cells: list[Any]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerow(cells)
        self.outputs[split].write(text.getvalue().encode())


def _text(cell: dict[str, Any]) -> Any:
    label = cell["label"]
    if isinstance(label, list):
        return "+".join(label)
    return cell["state"] if cell["state"] == "not_applicable" else label


MELD = ExportFormat(
    "meld",
    "SPLIT_sent_emo.csv",
    "CSV with the columns of MELD",
    MeldWriter,
    carries=frozenset(
        {"dialogue", "order", "series", "episode", "speaker", "text", "start_ms", "end_ms", "label", "state"}
    ),
)
