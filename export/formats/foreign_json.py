"""Formats of other tools in JSON: Label Studio's export, and Learning With Disagreements (LeWiDi).

Both are written item by item, so that memory stays constant.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from corpus.rules.codebook import Link
from export.formats.format import ExportFormat, FormatWriter, Output, OutputFolder
from export.rows.cells import RESERVED, answer_of
from export.rows.columns import PLAIN, Table
from export.rows.records import Batch, Row, encode

DIGITS = 6


class _Items:
    """A file with one JSON array or object, whose items are written one after the other."""

    def __init__(self, output: Output, brackets: bytes) -> None:
        self._output, self._brackets, self._is_empty = output, brackets, True

    def add(self, data: bytes) -> None:
        self._output.write((self._brackets[:1] if self._is_empty else b",") + b"\n" + data)
        self._is_empty = False

    def finish(self) -> None:
        self._output.write(self._brackets + b"\n" if self._is_empty else b"\n" + self._brackets[1:] + b"\n")


class LabelStudioWriter(FormatWriter):
    """Writes `SPLIT.label-studio.json`: a task per row, an annotation per rater."""

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self._files = {split: _Items(folder.open(f"{split}.label-studio.json", rows=True), b"[]") for split in splits}
        self._count = 0

    def write(self, split: str, batch: Batch) -> None:
        """Append rows."""
        for row in batch.rows:
            self._count += 1
            self._files[split].add(encode(self._task(self._count, row)))

    def finish(self) -> None:
        """Close the arrays."""
        for file in self._files.values():
            file.finish()

    def _task(self, number: int, row: Row) -> dict[str, Any]:
        labels = row.cells()
        by_rater: dict[str, list[dict[str, Any]]] = {}
        for question in self.table.questions:
            for vote in labels[question.slug]["votes"]:
                results = by_rater.setdefault(vote["rater"], [])
                if (answer := answer_of(vote)) is not None:
                    choices = [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
                    results.append(
                        {
                            "from_name": question.slug,
                            "to_name": "text",
                            "type": "choices",
                            "value": {"choices": choices},
                        }
                    )
        final = {slug: {name: cell[name] for name in ("label", "state", "source")} for slug, cell in labels.items()}
        return {
            "id": number,
            "data": dict(zip(PLAIN, row.plain, strict=True)),
            "annotations": [
                {"id": place, "completed_by": {"email": rater}, "result": results}
                for place, (rater, results) in enumerate(by_rater.items(), start=1)
            ],
            "predictions": [],
            "meta": {"labels": final},
        }


class LewidiWriter(FormatWriter):
    """Writes `lewidi/QUESTION_SPLIT.json`: per question, the answer of every annotator and the soft label."""

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self._files = {
            (question.slug, split): _Items(folder.open(f"lewidi/{question.slug}_{split}.json"), b"{}")
            for question in table.questions
            for split in splits
        }

    def write(self, split: str, batch: Batch) -> None:
        """Append items."""
        for row in batch.rows:
            cells = row.cells()
            for question in self.table.questions:
                key = encode(f"{row.dialogue}/{row.id}")
                item = encode(self._item(row, question.slug, cells[question.slug], split))
                self._files[question.slug, split].add(key + b":" + item)

    def finish(self) -> None:
        """Close the objects."""
        for file in self._files.values():
            file.finish()

    def _item(self, row: Row, slug: str, cell: dict[str, Any], split: str) -> dict[str, Any]:
        given = {vote["rater"]: _text(answer) for vote in cell["votes"] if (answer := answer_of(vote)) is not None}
        counted = [text for text in given.values() if text not in RESERVED]
        shares = Counter(counted)
        question = next(each for each in self.table.questions if each.slug == slug)
        order = list(map(str, question.values if isinstance(question, Link) else question.slugs()))
        known = sorted(shares, key=lambda text: (order.index(text) if text in order else len(order), text))
        plain = dict(zip(PLAIN, row.plain, strict=True))
        return {
            "text": plain.pop("text"),
            "annotation task": slug,
            "number of annotations": len(given),
            "annotations": given,
            "annotators": ",".join(given),
            "hard_label": _text(cell["label"]) if cell["label"] is not None else "",
            "soft_label": {text: round(shares[text] / len(counted), DIGITS) for text in known},
            "split": split,
            "lang": "",
            "other_info": {**plain, "state": cell["state"], "source": cell["source"]},
        }


def _text(answer: Any) -> str:
    """Return an answer as LeWiDi writes it; a set of choices with plus signs, since commas part annotators."""
    return "+".join(answer) if isinstance(answer, list) else str(answer)


LABEL_STUDIO = ExportFormat(
    "label-studio",
    "SPLIT.label-studio.json",
    "Label Studio's JSON export, a task per utterance",
    LabelStudioWriter,
    carries=frozenset((*PLAIN, "label", "state", "source", "votes")),
    remarks=("answers are text: values of links too",),
)
LEWIDI = ExportFormat(
    "lewidi",
    "lewidi/QUESTION_SPLIT.json",
    "LeWiDi, one file per question and split with the answers of every annotator and soft labels",
    LewidiWriter,
    carries=frozenset((*PLAIN, "label", "state", "source", "votes")),
    remarks=(
        "answers are text: values of links too, sets of choices joined by +",
        "votes without an answer; they count as no annotation",
    ),
)
