"""Importer of CMMA (Zhang et al., NeurIPS 2023 Datasets and Benchmarks), with a remark on every defect.

Five CSV files in GB18030: train, dev, test (one utterance per row), roles and topics. The files name no series, so all
speakers belong to one. Times are not guessed: a span that is empty or ends before it starts is dropped, since it is
unknown which of the two ends is wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.cmma.cells import COLUMNS, LINKS, MAPPED, Times, age_group, gender, labels
from corpus.importers.files import csv_rows, unknown_encoding
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceRater,
    SourceSeries,
    SourceSpeaker,
    SourceUtterance,
)
from corpus.rules.text_encodings import decode

SPLITS = ("train", "dev", "test")
ROLES = "CMMA-RoleIntroduction.csv"
TOPICS = "CMMA-TopicDescription.csv"
HEADER = (
    *("ConversationID", "UtteranceID", "Utterance", "Speaker", "StartTime", "EndTime", "Emotion", "Sentiment"),
    *("Sarcasm", "Humor", "Relevancy(Emo→Sen)", "Relevancy(Sar→Hum)", "Pride", "Love"),
)
RAW = (HEADER[1], *HEADER[4:])  # columns whose cells are stored as they are
TIMES = slice(HEADER.index("StartTime"), HEADER.index("EndTime") + 1)
_raw = itemgetter(*map(HEADER.index, RAW))
_labels = itemgetter(*map(HEADER.index, COLUMNS))
MISSPELT_HEADER = {"CoversationID": "ConversationID"}
ROLES_HEADER = ("Speaker", "Gender", "Profession", "Personality", "Age（少年、青年、中年、老年）")
TOPICS_HEADER = ("ConversationID", "TopicDescription")
DIALOGUE_ID = re.compile(r"C_[0-9]+")
TITLE = "CMMA"
RATER = SourceRater("cmma", TITLE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file with its number, counted from 1 with the header."""

    file: str
    number: int
    header: tuple[str, ...]
    cells: list[str]

    def __getitem__(self, column: str) -> str:
        return self.cells[self.header.index(column)]

    def remark(self, column: str, problem: str, action: str) -> ImportRemark:
        cell = self[column] if column in self.header else ""
        return ImportRemark(self.file, self.number, column, cell, problem, action)


class CmmaImporter(Importer):
    """Reads the five files of CMMA."""

    name = "cmma"
    summary = "CMMA, Chinese multi-modal affect in TV dialogues"
    columns = (
        {"": "ConversationID"}
        | {task: column for column, (task, _choices) in MAPPED.items()}
        | {link: column for column, link in LINKS.items()}
    )

    def recognises(self, folder: Path) -> bool:
        """Return whether the descriptions of roles and topics are there."""
        return (folder / ROLES).is_file() and (folder / TOPICS).is_file()

    def read(self, folder: Path) -> Source:
        """Read the files.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.header`, `import.columns`,
                `import.unknown_label`, `import.id_twice`, `import.id_unreadable`, `import.time_unreadable`.
        """
        return _Reader(folder).source()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remarks = RemarkLog()
        self.codes: set[str] = set()

    def source(self) -> Source:
        for name in (*(f"{split}.csv" for split in SPLITS), ROLES, TOPICS):
            if not (self.folder / name).is_file():
                raise Refused("import.file_missing", file=name)
        topics = dict(row.cells for row in self.rows(TOPICS, TOPICS_HEADER))
        speakers = {speaker.name: speaker for speaker in self.described_speakers()}
        dialogues = [dialogue for split in SPLITS for dialogue in self.dialogues(split, topics, speakers)]
        return Source(
            series=[SourceSeries(TITLE, list(speakers.values()))],
            dialogues=dialogues,
            raters=[RATER],
            codebook="affect-dialogue-cmma",
            remarks=self.remarks,
            utterance_total=sum(len(dialogue.utterances) for dialogue in dialogues),
        )

    # --- files -----------------------------------------------------------------------------------------------

    def rows(self, name: str, header: tuple[str, ...]) -> Iterator[Row]:
        """Yield the rows of a file, without blank ones."""
        data = (self.folder / name).read_bytes()
        text = decode(data)
        if text is None:
            raise unknown_encoding(name, data)
        lines = csv_rows(text, name)
        self.check_header(name, next(lines, []), header)
        for number, cells in enumerate(lines, start=2):
            if not any(map(str.strip, cells)):
                self.remarks.append(ImportRemark(name, number, "", "", "blank_row", "skipped"))
            elif len(cells) != len(header):
                raise Refused("import.columns", file=name, row=number, found=len(cells), expected=len(header))
            else:
                yield Row(name, number, header, cells)

    def check_header(self, name: str, found: list[str], expected: tuple[str, ...]) -> None:
        if tuple(MISSPELT_HEADER.get(column, column) for column in found) != expected:
            raise Refused("import.header", file=name, expected=",".join(expected), found=",".join(found))
        self.remarks.extend(
            ImportRemark(name, 1, column, column, "header_misspelt", f"read as {MISSPELT_HEADER[column]}")
            for column in found
            if column in MISSPELT_HEADER
        )

    # --- speakers --------------------------------------------------------------------------------------------

    def described_speakers(self) -> Iterator[SourceSpeaker]:
        for row in self.rows(ROLES, ROLES_HEADER):
            raw_name, raw_gender, profession, personality, raw_age = row.cells
            name, group = raw_name.strip(), age_group(raw_age)
            if name != raw_name:
                self.remarks.append(row.remark("Speaker", "name_with_spaces", f"read as {name}"))
            if group.reworded:
                self.remarks.append(row.remark(ROLES_HEADER[4], "age_reworded", f"read as {group.value}"))
            described = {"profession": profession, "personality": personality, "age": raw_age}
            notes = {key: text for key, text in described.items() if text}
            yield SourceSpeaker(name, gender(raw_gender), group.value, notes)

    def speaker(self, row: Row, speakers: dict[str, SourceSpeaker]) -> str:
        name = row["Speaker"].strip()
        if name and name not in speakers:
            speakers[name] = SourceSpeaker(name)
            self.remarks.append(row.remark("Speaker", "speaker_not_described", "added by name alone"))
        return name

    # --- dialogues -------------------------------------------------------------------------------------------

    def dialogues(
        self, split: str, topics: dict[str, str], speakers: dict[str, SourceSpeaker]
    ) -> Iterator[SourceDialogue]:
        grouped: dict[str, list[Row]] = {}
        for row in self.rows(f"{split}.csv", HEADER):
            code = row.cells[0]
            if not DIALOGUE_ID.fullmatch(code):
                raise Refused("import.id_unreadable", file=row.file, row=row.number, id=code)
            grouped.setdefault(code, []).append(row)
        for code, rows in grouped.items():
            if code not in topics:
                self.remarks.append(rows[0].remark("ConversationID", "topic_missing", "left empty"))
            yield SourceDialogue(
                code=code,
                series=TITLE,
                utterances=list(self.utterances(rows, speakers)),
                split=split,
                topic=topics.get(code, ""),
                file=rows[0].file,
            )

    def utterances(self, rows: list[Row], speakers: dict[str, SourceSpeaker]) -> Iterator[SourceUtterance]:
        before = None
        for row in rows:
            cells = row.cells
            times, given = Times(*cells[TIMES]), labels(_labels(cells))
            for code, column in (("time_unreadable", times.unreadable), ("unknown_label", given.unknown)):
                if column:
                    raise Refused(f"import.{code}", file=row.file, row=row.number, column=column, value=row[column])
            if remarks := (*times.remarks(before), *given.remarks):
                self.remarks.extend(row.remark(*remark) for remark in remarks)
            before = times
            yield SourceUtterance(
                code=self.utterance_code(row, len(rows)),
                speaker=self.speaker(row, speakers),
                text=cells[2].strip(),
                start_ms=times.start_ms,
                end_ms=times.end_ms,
                answers={RATER.slug: SourceAnswers(given.answers, dict(zip(RAW, _raw(cells), strict=True)))},
                row=row.number,
            )

    def utterance_code(self, row: Row, last: int) -> str:
        """Return the utterance's id; one without a number gets the dialogue's last number, which is then unused."""
        dialogue, code = row.cells[:2]
        if code == f"{dialogue}_U_":
            code = f"{code}{last}"
            self.remarks.append(row.remark("UtteranceID", "id_without_number", f"read as {code}"))
        prefix, _, number = code.rpartition("_U_")
        if prefix != dialogue or not (number.isascii() and number.isdigit()):
            raise Refused("import.id_unreadable", file=row.file, row=row.number, id=code)
        if code in self.codes:
            raise Refused("import.id_twice", file=row.file, row=row.number, id=code)
        self.codes.add(code)
        return code
