"""Importer of the JSON format of Learning With Disagreements (LeWiDi, 2023 and 2025): labels of every annotator.

A file is one object, item -> `text` (a string, or an object whose parts are the utterances of a dialogue), `annotators`
(`"Ann1,Ann2"`), `annotations` (`"1,0"` in the same order, or annotator -> label), `split`, `lang`, `other_info`. The
last utterance of an item has the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import LabelSets
from corpus.importers.files import entry, json_of
from corpus.importers.raters import rater_slugs
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceAnswers, SourceDialogue, SourceRater, SourceSeries, SourceUtterance

SPLITS = {"train": "train", "dev": "dev", "val": "dev", "test": "test"}
FIELDS = ("text", "annotators", "annotations")
Item = tuple[str, str, int, Any]  # file, key, row, content


class LewidiImporter(Importer):
    """Reads all `<name>_train.json`, `<name>_dev.json` and `<name>_test.json` of a folder."""

    name = "lewidi"
    summary = "Learning With Disagreements (LeWiDi), JSON with the label of every annotator (*_train.json …)"
    columns = {"": "id"}

    def recognises(self, folder: Path) -> bool:
        """Return whether a file of this name begins with an item of this form."""
        for path in _files(folder):
            head = path.read_bytes()[:4000]
            if b'"annotators"' in head and b'"annotations"' in head:
                return True
        return False

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`.
        """
        files = _files(folder)
        if not files:
            raise Refused("import.file_missing", file="*_train.json")
        items = [item for path in files for item in _items(path)]
        labels, remarks = LabelSets(), RemarkLog()
        given = [_annotations(*item, remarks) for item in items]
        names = dict.fromkeys(name for annotations in given for name in annotations)
        slugs = {name: slug for slug, name in rater_slugs(names).items()}
        question = labels.question(str(items[0][3].get("annotation task") or "label") if items else "label")
        chosen = [
            {name: labels.answer(question, [label]) for name, label in annotations.items()} for annotations in given
        ]
        dialogues = [
            _dialogue(
                item,
                question=question,
                chosen={slugs[name]: answer for name, answer in answers.items()},
                raw={slugs[name]: label for name, label in raw.items()},
            )
            for item, answers, raw in zip(items, chosen, given, strict=True)
        ]
        title = files[0].stem.rpartition("_")[0] or "LeWiDi"
        return Source(
            series=[SourceSeries(name) for name in dict.fromkeys(_series(file) for file, *_rest in items)],
            dialogues=dialogues,
            raters=[SourceRater(slug, name) for name, slug in slugs.items()],
            codebook_yaml=labels.codebook(title),
            remarks=remarks,
        )


def _files(folder: Path) -> list[Path]:
    return [path for split in ("train", "dev", "test") for path in sorted(folder.glob(f"*_{split}.json"))]


def _series(file: str) -> str:
    return Path(file).stem.rpartition("_")[0]


def _items(path: Path) -> list[Item]:
    content = json_of(path)
    if not isinstance(content, Mapping):
        raise Refused("import.json_entry", file=path.name, where="1", expected="{…}", found=type(content).__name__)
    for key, item in content.items():
        for field in FIELDS:
            entry(item, field, (str, Mapping), file=path.name, where=key)
    return [(path.name, str(key), number, item) for number, (key, item) in enumerate(content.items(), start=1)]


def _annotations(file: str, key: str, row: int, item: Any, remarks: RemarkLog) -> dict[str, str]:
    """Return annotator -> label; an item whose lists have different lengths keeps no label."""
    given = item["annotations"]
    if isinstance(given, Mapping):
        return {str(name): str(label).strip() for name, label in given.items() if str(label).strip()}
    names = [name.strip() for name in item["annotators"].split(",") if name.strip()]
    labels = [label.strip() for label in given.split(",")] if given.strip() else []
    if len(names) != len(labels):
        action = f"{len(names)} annotators and {len(labels)} labels; utterance kept without answers"
        remarks.append(ImportRemark(file, row, "annotations", key, "votes_differ", action))
        return {}
    return dict(zip(names, labels, strict=True))


def _dialogue(given: Item, *, question: str, chosen: Mapping[str, list[str]], raw: Mapping[str, str]) -> SourceDialogue:
    file, key, row, item = given
    text = item["text"]
    parts = [(str(name), str(said)) for name, said in text.items()] if isinstance(text, Mapping) else [("", text)]
    answers = {
        rater: SourceAnswers({question: answer[0]}, {"annotations": raw[rater]}) for rater, answer in chosen.items()
    }
    stem = Path(file).stem
    lines = [
        SourceUtterance(
            code=f"{stem}-{key}-{place}"[:80],
            speaker=speaker[:120],
            text=said.strip() or "…",
            start_ms=None,
            end_ms=None,
            answers=answers if place == len(parts) else {},
            row=row,
        )
        for place, (speaker, said) in enumerate(parts, start=1)
    ]
    split = SPLITS.get(str(item.get("split", "")), SPLITS.get(stem.rpartition("_")[2], ""))
    return SourceDialogue(f"{stem}-{key}"[:80], _series(file), lines, split, topic=str(item.get("lang", "")), file=file)
