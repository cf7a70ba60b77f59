"""Importer of Label Studio's JSON export: the annotations of each annotator, with choices and ratings as answers.

A task whose `data` holds a list of objects with a text (the Paragraphs tag) is a dialogue, and its labels belong to the
paragraphs from `start` to `end`. Any other task is an utterance; tasks with the same `dialogue` (or `dialogue_id`,
`conversation` …) in `data` are one dialogue, in the order of `turn` or of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import LabelSets
from corpus.importers.files import entry, json_of
from corpus.importers.raters import rater_slugs
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance
from corpus.importers.table.column_names import NAMES
from corpus.importers.table.values import fold

KINDS = ("choices", "rating", "number", "paragraphlabels", "taxonomy")


class _Line(NamedTuple):
    dialogue: str
    order: float
    speaker: str
    text: str
    row: int
    place: int
    given: dict[str, dict[str, list[str]]]  # rater -> question of the source -> labels


class LabelStudioImporter(Importer):
    """Reads one JSON file of tasks."""

    name = "label-studio"
    summary = "Label Studio, JSON export with the annotations of every annotator"

    def recognises(self, folder: Path) -> bool:
        """Return whether the only file begins like such an export."""
        files = list(folder.glob("*.json"))
        if len(files) != 1:
            return False
        head = files[0].read_bytes()[:20_000]
        return b'"annotations"' in head and b'"data"' in head and b'"completed_by"' in head

    def read(self, folder: Path) -> Source:
        """Read the file.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`.
        """
        files = sorted(folder.glob("*.json"))
        if not files:
            raise Refused("import.file_missing", file="*.json")
        path, remarks, labels = files[0], RemarkLog(), LabelSets()
        tasks = json_of(path)
        if not isinstance(tasks, list):
            raise Refused("import.json_entry", file=path.name, where="1", expected="[…]", found=type(tasks).__name__)
        lines = [line for row, task in enumerate(tasks, start=1) for line in _lines(path.name, row, task, remarks)]
        names = dict.fromkeys(rater for line in lines for rater in line.given)
        slugs = {name: slug for slug, name in rater_slugs(names).items()}
        chosen = [
            {
                rater: {
                    (slug := labels.question(name)): labels.answer(slug, values) for name, values in questions.items()
                }
                for rater, questions in line.given.items()
            }
            for line in lines
        ]
        grouped: dict[str, list[tuple[_Line, dict[str, dict[str, list[str]]]]]] = {}
        for line, answers in zip(lines, chosen, strict=True):
            grouped.setdefault(line.dialogue, []).append((line, answers))
        series = path.stem[:200]
        dialogues = [
            SourceDialogue(code, series, list(_utterances(code, members, slugs, labels)), file=path.name)
            for code, members in grouped.items()
        ]
        return Source(
            series=[SourceSeries(series)],
            dialogues=dialogues,
            raters=[SourceRater(slug, name) for name, slug in slugs.items()],
            codebook_yaml=labels.codebook(series),
            remarks=remarks,
        )


def _lines(file: str, row: int, task: Any, remarks: RemarkLog) -> Iterator[_Line]:
    data = entry(task, "data", dict, file=file, where=row)
    key = str(task.get("id", row))
    paragraphs = next((value for value in data.values() if _is_dialogue(value)), None)
    by_place: dict[int, dict[str, dict[str, list[str]]]] = {}
    count = len(paragraphs) if paragraphs else 1
    for rater, question, values, places in _results(file, row, task, count, remarks):
        for place in places:
            by_place.setdefault(place, {}).setdefault(rater, {}).setdefault(question, []).extend(values)
    if paragraphs:
        for place, part in enumerate(paragraphs):
            speaker, said = _find(part, "speaker"), _find(part, "text")
            yield _Line(key[:80], place, speaker, said or "…", row, place, by_place.get(place, {}))
        return
    text = _find(data, "text")
    if not any(fold(str(name)) in NAMES["text"] for name in data):
        text = max((each for each in data.values() if isinstance(each, str)), key=len, default="")
    if not text.strip():
        remarks.append(ImportRemark(file, row, "data", key, "no_text", "rejected"))
        return
    dialogue = _find(data, "dialogue") or f"task-{key}"
    try:
        order = float(_find(data, "order"))
    except ValueError:
        order = float(row)
    yield _Line(dialogue[:80], order, _find(data, "speaker"), text, row, 0, by_place.get(0, {}))


def _results(
    file: str, row: int, task: Any, paragraphs: int, remarks: RemarkLog
) -> Iterator[tuple[str, str, list[str], range]]:
    """Yield rater, question, labels and the paragraphs they belong to."""
    for annotation in entry(task, "annotations", list, file=file, where=row):
        if annotation.get("was_cancelled"):
            remarks.append(ImportRemark(file, row, "annotations", _rater(annotation), "cancelled", "left out"))
            continue
        for result in annotation.get("result") or []:
            kind, value = result.get("type"), result.get("value") or {}
            if kind not in KINDS:
                remarks.append(
                    ImportRemark(file, row, str(result.get("from_name", "")), str(kind), "kind_unknown", "left out")
                )
                continue
            labels = value.get(kind)
            labels = [labels] if isinstance(labels, int | float | str) else labels or []
            texts = [" / ".join(map(str, each)) if isinstance(each, list) else _plain(each) for each in labels]
            places = range(paragraphs)
            if "start" in value and str(value["start"]).isdecimal() and str(value.get("end", "")).isdecimal():
                places = range(int(value["start"]), min(int(value["end"]), paragraphs - 1) + 1)
            elif paragraphs > 1:
                places = range(paragraphs - 1, paragraphs)  # of the whole dialogue: kept with its last utterance
            if texts:
                yield _rater(annotation), str(result.get("from_name") or "label"), texts, places


def _utterances(
    code: str,
    members: list[tuple[_Line, dict[str, dict[str, list[str]]]]],
    slugs: Mapping[str, str],
    labels: LabelSets,
) -> Iterator[SourceUtterance]:
    ordered = sorted(members, key=lambda member: member[0].order)
    for number, (line, chosen) in enumerate(ordered, start=1):
        answers = {
            slugs[rater]: SourceAnswers(
                {question: labels.settled(question, given) for question, given in questions.items()},
                {name: "|".join(values) for name, values in line.given[rater].items()},
            )
            for rater, questions in chosen.items()
        }
        yield SourceUtterance(
            f"{code[:70]}-{number}", line.speaker[:120], line.text.strip() or "…", None, None, answers, line.row
        )


def _is_dialogue(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and _find(each, "text") for each in value)
    )


def _find(data: Mapping[str, Any], field: str) -> str:
    """Return the value whose name means this field in a table."""
    for name in NAMES[field]:
        for key, value in data.items():
            if fold(str(key)) == name and isinstance(value, str | int | float):
                return str(value).strip()
    return ""


def _rater(annotation: Mapping[str, Any]) -> str:
    by = annotation.get("completed_by")
    if isinstance(by, Mapping):
        return str(by.get("email") or by.get("username") or by.get("id") or "annotator")
    return f"annotator-{by}" if by is not None else "annotator"


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
