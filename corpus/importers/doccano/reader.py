"""Importer of doccano's JSONL export: one file per annotator, or one for all of them.

A row is a document with `text` and `label` (labels of a text classification). The name of the file is that of the
annotator, except for `all.jsonl` and `unknown.jsonl`. Rows with the same id and text are one utterance. A document is a
dialogue of its own unless it has a column that names one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import LabelSets
from corpus.importers.files import entry, parsed, text_of
from corpus.importers.raters import rater_slugs
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance
from corpus.importers.table.column_names import NAMES
from corpus.importers.table.values import fold

LABELS = ("label", "labels", "cats")
SERIES = "doccano"


class DoccanoImporter(Importer):
    """Reads all JSONL files of a folder."""

    name = "doccano"
    summary = "doccano, JSONL export of a text classification, one file per annotator"

    def recognises(self, folder: Path) -> bool:
        """Return whether all files are JSONL and the first row of each has a text and a list of labels."""
        files = list(folder.iterdir())
        if not files or any(path.suffix != ".jsonl" for path in files):
            return False
        for path in files:
            first = path.read_bytes()[:100_000].split(b"\n", 1)[0]
            try:
                row = parsed(first.decode("utf-8-sig"), path.name)
            except (Refused, UnicodeDecodeError):
                return False
            if not isinstance(row, dict) or "text" not in row or not any(isinstance(row.get(k), list) for k in LABELS):
                return False
        return True

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`.
        """
        files = sorted(folder.glob("*.jsonl"))
        if not files:
            raise Refused("import.file_missing", file="*.jsonl")
        labels, remarks = LabelSets(), RemarkLog()
        question = labels.question("label")
        documents: dict[tuple[str, str], dict[str, Any]] = {}
        for path in files:
            rater = SERIES if path.stem in {"all", "unknown"} else path.stem
            for row, document in _documents(path):
                key = str(document.get("id", row))
                text = entry(document, "text", str, file=path.name, where=row).strip()
                if not text:
                    remarks.append(ImportRemark(path.name, row, "text", key, "no_text", "rejected"))
                    continue
                found = documents.setdefault(
                    (key, text), {"file": path.name, "row": row, "document": document, "given": {}, "raw": {}}
                )
                if given := _labels(path.name, row, document, remarks):
                    found["given"][rater] = labels.answer(question, given)
                    found["raw"][rater] = {"label": "|".join(given)}
        names = dict.fromkeys(rater for found in documents.values() for rater in found["given"])
        slugs = {name: slug for slug, name in rater_slugs(names).items()}
        return Source(
            series=[SourceSeries(SERIES)],
            dialogues=list(_dialogues(documents, slugs, question, labels)),
            raters=[SourceRater(slug, name) for name, slug in slugs.items()],
            codebook_yaml=labels.codebook(SERIES),
            remarks=remarks,
        )


def _documents(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for row, line in enumerate(text_of(path).splitlines(), start=1):
        if line.strip():
            document = parsed(line, path.name, row)
            if not isinstance(document, dict):
                kind = type(document).__name__
                raise Refused("import.json_entry", file=path.name, where=str(row), expected="{…}", found=kind)
            yield row, document


def _labels(file: str, row: int, document: Mapping[str, Any], remarks: RemarkLog) -> list[str]:
    value: Any = next((document[name] for name in LABELS if name in document), [])
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or any(isinstance(each, list | dict) for each in value):
        remarks.append(ImportRemark(file, row, "label", str(value)[:200], "kind_unknown", "left out"))
        return []
    return [str(each) for each in value]


def _dialogues(
    documents: Mapping[tuple[str, str], dict[str, Any]], slugs: Mapping[str, str], question: str, labels: LabelSets
) -> Iterator[SourceDialogue]:
    grouped: dict[str, list[SourceUtterance]] = {}
    files: dict[str, str] = {}
    for (key, text), found in documents.items():
        fields = {**found["document"], **(found["document"].get("meta") or {})}
        code = (_find(fields, "dialogue") or f"document-{key}")[:80]
        answers = {
            slugs[rater]: SourceAnswers({question: labels.settled(question, chosen)}, found["raw"][rater])
            for rater, chosen in found["given"].items()
        }
        lines = grouped.setdefault(code, [])
        files.setdefault(code, found["file"])
        lines.append(
            SourceUtterance(
                f"{code[:70]}-{len(lines) + 1}", _find(fields, "speaker")[:120], text, None, None, answers, found["row"]
            )
        )
    for code, lines in grouped.items():
        yield SourceDialogue(code, SERIES, lines, file=files[code])


def _find(fields: Mapping[str, Any], field: str) -> str:
    for name in NAMES[field]:
        for key, value in fields.items():
            if fold(str(key)) == name and isinstance(value, str | int):
                return str(value).strip()
    return ""
