"""Importer of CPED (Chen et al. 2022): three CSV files with sentiment, emotion and dialogue act of each utterance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.codebooks import codebook
from corpus.importers.files import Row, rows_of
from corpus.importers.remarks import RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceRater,
    SourceSeries,
    SourceSpeaker,
    SourceUtterance,
)

FILES = {"train": "train_split.csv", "dev": "valid_split.csv", "test": "test_split.csv"}
HEADER = (
    *("TV_ID", "Dialogue_ID", "Utterance_ID", "Speaker", "Gender", "Age", "Neuroticism", "Extraversion", "Openness"),
    *("Agreeableness", "Conscientiousness", "Scene", "Sentiment", "Emotion", "DA", "Utterance"),
)
TRAITS = ("Neuroticism", "Extraversion", "Openness", "Agreeableness", "Conscientiousness")
SENTIMENTS = ("negative", "neutral", "positive")
EMOTIONS = (
    *("neutral", "happy", "grateful", "relaxed", "positive_other", "anger", "sadness", "fear", "depress", "disgust"),
    *("astonished", "worried", "negative_other"),
)
ACTS = (
    *("greeting", "question", "answer", "statement_opinion", "statement_non_opinion", "apology", "command"),
    *("agreement", "disagreement", "acknowledge", "appreciation", "interjection", "conventional_closing"),
    *("thanking", "quotation", "reject", "irony", "comfort", "other"),
)
RATER = SourceRater("cped", "CPED")
TASKS = {
    "Sentiment": ("sentiment", SENTIMENTS),
    "Emotion": ("emotion", EMOTIONS),
    "DA": ("dialogue_act", ACTS),
}
CODEBOOK = codebook(
    "cped",
    {
        task: {"choices": choices, "scale": "ordinal" if task == "sentiment" else "nominal"}
        for task, choices in TASKS.values()
    },
)


class CpedImporter(Importer):
    """Reads the CSV files of CPED; a split whose file is missing is left out."""

    name = "cped"
    summary = "CPED, sentiment, emotion and dialogue acts in Chinese TV shows (train/valid/test_split.csv)"
    columns = {"": "Dialogue_ID"} | {task: column for column, (task, _choices) in TASKS.items()}

    def recognises(self, folder: Path) -> bool:
        """Return whether one of the files is there."""
        return any((folder / name).is_file() for name in FILES.values())

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.header`, `import.columns`, `import.id_twice`.
        """
        if not self.recognises(folder):
            raise Refused("import.file_missing", file=FILES["train"])
        series: dict[str, dict[str, SourceSpeaker]] = {}
        for file in FILES.values():
            for row in rows_of(folder / file, HEADER) if (folder / file).is_file() else ():
                cells = row.cells
                people = series.setdefault(cells["TV_ID"].strip(), {})
                name = cells["Speaker"].strip()[:120]
                if name and name not in people:
                    notes = {trait: cells[trait] for trait in TRAITS if cells[trait] not in {"", "unknown"}}
                    gender, age = (cells[each] if cells[each] != "unknown" else "" for each in ("Gender", "Age"))
                    people[name] = SourceSpeaker(name, gender[:20], age[:20], notes)
        remarks = RemarkLog()
        return Source(
            series=[SourceSeries(f"TV {key}", list(people.values())) for key, people in series.items()],
            dialogues=_dialogues(folder, remarks),
            raters=[RATER],
            codebook_yaml=CODEBOOK,
            remarks=remarks,
        )


def _dialogues(folder: Path, remarks: RemarkLog) -> Iterator[SourceDialogue]:
    seen: set[str] = set()
    for split, file in FILES.items():
        if not (folder / file).is_file():
            continue
        for key, rows in groupby(rows_of(folder / file, HEADER), key=lambda row: row.cells["Dialogue_ID"].strip()):
            lines = list(rows)
            if key in seen:
                raise Refused("import.id_twice", file=file, row=lines[0].number, id=key)
            seen.add(key)
            utterances = [_utterance(key, turn, row, remarks) for turn, row in enumerate(lines, start=1)]
            head = lines[0].cells
            yield SourceDialogue(
                key, f"TV {head['TV_ID'].strip()}", utterances, split, topic=f"scene: {head['Scene']}", file=file
            )


def _utterance(key: str, turn: int, row: Row, remarks: RemarkLog) -> SourceUtterance:
    cells = row.cells
    answers: dict[str, str] = {}
    for column, (task, choices) in TASKS.items():
        value = cells[column].strip().replace("-", "_")
        if value in choices:
            answers[task] = value
        elif value:
            remarks.append(row.remark(column, "answer_unknown", "utterance kept without this answer"))
    raw = {name: cell for name, cell in cells.items() if name not in {"Utterance", "Speaker"}}
    return SourceUtterance(
        code=f"{key}-{turn}",
        speaker=cells["Speaker"].strip()[:120],
        text=cells["Utterance"].strip() or "…",
        start_ms=None,
        end_ms=None,
        answers={RATER.slug: SourceAnswers(dict(answers), raw)} if answers else {},
        row=row.number,
    )
