"""CMMA (Zhang et al., NeurIPS 2023 Datasets and Benchmarks): its label files, read with every defect told.

Five CSV files in GB18030: train, dev, test (one utterance a row), roles and topics. The files name no series, so all
speakers belong to one. Nothing is guessed about times: a span that is empty or ends before it starts is dropped, not
mended, since the two ends do not say which of them is wrong.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from common.errors import Refused
from corpus.importers.cmma.values import Labels, Times, age_group, gender
from corpus.importers.source import Finding, Source, SourceDialogue, SourceSpeaker, SourceUtterance
from corpus.rules.text_encodings import decode

SPLITS = ("train", "dev", "test")
ROLES = "CMMA-RoleIntroduction.csv"
TOPICS = "CMMA-TopicDescription.csv"
HEADER = (
    *("ConversationID", "UtteranceID", "Utterance", "Speaker", "StartTime", "EndTime", "Emotion", "Sentiment"),
    *("Sarcasm", "Humor", "Relevancy(Emo→Sen)", "Relevancy(Sar→Hum)", "Pride", "Love"),
)
MISSPELT_HEADER = {"CoversationID": "ConversationID"}
ROLES_HEADER = ("Speaker", "Gender", "Profession", "Personality", "Age（少年、青年、中年、老年）")
TOPICS_HEADER = ("ConversationID", "TopicDescription")
DIALOGUE_ID = re.compile(r"C_[0-9]+")
EMO_SEN = "Relevancy(Emo→Sen)"
SAR_HUM = "Relevancy(Sar→Hum)"
LONGEST_PERIOD = 1000
SHORTEST_PERIOD = 20  # below it, a run of equal labels is an everyday thing


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file with its number as a spreadsheet shows it."""

    file: str
    number: int
    cells: dict[str, str]

    def finding(self, column: str, problem: str, action: str) -> Finding:
        return Finding(self.file, self.number, column, self.cells.get(column, ""), problem, action)


def read(folder: Path) -> Source:
    """Read CMMA's files.

    Args:
        folder: holds the five files.

    Raises:
        Refused: `import.file_missing`, `import.encoding`, `import.header`, `import.columns`, `import.unknown_label`,
            `import.id_twice`, `import.id_unreadable`, `import.time_unreadable`.
    """
    return _Reader(folder).source()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings: list[Finding] = []
        self.codes: set[str] = set()
        self.first_rows: dict[str, Row] = {}  # of each dialogue

    def source(self) -> Source:
        for name in (*(f"{split}.csv" for split in SPLITS), ROLES, TOPICS):
            if not (self.folder / name).is_file():
                raise Refused("import.file_missing", file=name)
        described = (row.cells for row in self.rows(TOPICS, TOPICS_HEADER))
        topics = {cells["ConversationID"]: cells["TopicDescription"] for cells in described}
        speakers = {speaker.name: speaker for speaker in self.described_speakers()}
        dialogues = [dialogue for split in SPLITS for dialogue in self.dialogues(split, topics, speakers)]
        self.tell_duplicates(dialogues)
        return Source("CMMA", "affect-dialogue-cmma", list(speakers.values()), dialogues, self.findings)

    # --- files -----------------------------------------------------------------------------------------------

    def rows(self, name: str, header: tuple[str, ...]) -> Iterator[Row]:
        """Yield the rows of a file that are not blank."""
        text = decode((self.folder / name).read_bytes())
        if text is None:
            raise Refused("import.encoding", file=name)
        lines = csv.reader(io.StringIO(text, newline=""))
        self.check_header(name, next(lines, []), header)
        for number, cells in enumerate(lines, start=2):
            if not any(map(str.strip, cells)):
                self.findings.append(Finding(name, number, "", "", "blank_row", "skipped"))
            elif len(cells) != len(header):
                raise Refused("import.columns", file=name, row=number, found=len(cells), expected=len(header))
            else:
                yield Row(name, number, dict(zip(header, cells, strict=True)))

    def check_header(self, name: str, found: list[str], expected: tuple[str, ...]) -> None:
        if tuple(MISSPELT_HEADER.get(column, column) for column in found) != expected:
            raise Refused("import.header", file=name, expected=",".join(expected))
        self.findings += [
            Finding(name, 1, column, column, "header_misspelt", f"read as {MISSPELT_HEADER[column]}")
            for column in found
            if column in MISSPELT_HEADER
        ]

    # --- speakers --------------------------------------------------------------------------------------------

    def described_speakers(self) -> Iterator[SourceSpeaker]:
        for row in self.rows(ROLES, ROLES_HEADER):
            raw_name, raw_gender, profession, personality, raw_age = row.cells.values()
            name, group = raw_name.strip(), age_group(raw_age)
            if name != raw_name:
                self.findings.append(row.finding("Speaker", "name_with_spaces", f"read as {name}"))
            if group.reworded:
                self.findings.append(row.finding(ROLES_HEADER[4], "age_reworded", f"read as {group.value}"))
            said = {"profession": profession, "personality": personality, "age": raw_age}
            notes = {key: text for key, text in said.items() if text}
            yield SourceSpeaker(name, gender(raw_gender), group.value, notes)

    def speaker(self, row: Row, speakers: dict[str, SourceSpeaker]) -> str:
        name = row.cells["Speaker"].strip()
        if name and name not in speakers:
            speakers[name] = SourceSpeaker(name)
            self.findings.append(row.finding("Speaker", "speaker_not_described", "added by name alone"))
        return name

    # --- dialogues -------------------------------------------------------------------------------------------

    def dialogues(
        self, split: str, topics: dict[str, str], speakers: dict[str, SourceSpeaker]
    ) -> Iterator[SourceDialogue]:
        grouped: dict[str, list[Row]] = {}
        for row in self.rows(f"{split}.csv", HEADER):
            code = row.cells["ConversationID"]
            if not DIALOGUE_ID.fullmatch(code):
                raise Refused("import.id_unreadable", file=row.file, row=row.number, id=code)
            grouped.setdefault(code, []).append(row)
        self.tell_repeated_block([row for rows in grouped.values() for row in rows])
        for code, rows in grouped.items():
            self.first_rows[code] = rows[0]
            if code not in topics:
                self.findings.append(rows[0].finding("ConversationID", "topic_missing", "left empty"))
            yield SourceDialogue(code, split, topics.get(code, ""), list(self.utterances(rows, speakers)))

    def utterances(self, rows: list[Row], speakers: dict[str, SourceSpeaker]) -> Iterator[SourceUtterance]:
        before = None
        for row in rows:
            times, labels = Times(row.cells), Labels(row.cells)
            for code, column in (("time_unreadable", times.unreadable), ("unknown_label", labels.unknown)):
                if column:
                    value = row.cells[column]
                    raise Refused(f"import.{code}", file=row.file, row=row.number, column=column, value=value)
            self.findings += [row.finding(*what) for what in (*times.findings(before), *labels.findings())]
            before = times
            yield SourceUtterance(
                code=self.utterance_code(row, len(rows)),
                speaker=self.speaker(row, speakers),
                text=row.cells["Utterance"].strip(),
                start_ms=times.start_ms,
                end_ms=times.end_ms,
                answers=labels.answers,
                raw={column: row.cells[column] for column in (HEADER[1], *HEADER[4:])},
            )

    def utterance_code(self, row: Row, last: int) -> str:
        """Return the utterance's id; one without its number gets the dialogue's last, which its lack left free."""
        dialogue, code = row.cells["ConversationID"], row.cells["UtteranceID"]
        if code == f"{dialogue}_U_":
            code = f"{dialogue}_U_{last}"
            self.findings.append(row.finding("UtteranceID", "id_without_number", f"read as {code}"))
        if not re.fullmatch(rf"{dialogue}_U_[0-9]+", code):
            raise Refused("import.id_unreadable", file=row.file, row=row.number, id=code)
        if code in self.codes:
            raise Refused("import.id_twice", file=row.file, row=row.number, id=code)
        self.codes.add(code)
        return code

    # --- what only the whole shows ---------------------------------------------------------------------------

    def tell_duplicates(self, dialogues: list[SourceDialogue]) -> None:
        """Tell of dialogues that say the same from start to end. Both are kept: their labels differ."""
        first: dict[tuple[tuple[str, str], ...], str] = {}
        for dialogue in dialogues:
            said = tuple((each.speaker, each.text) for each in dialogue.utterances)
            twin = first.setdefault(said, dialogue.code)
            if twin != dialogue.code:
                row = self.first_rows[dialogue.code]
                self.findings.append(row.finding("ConversationID", "duplicate_dialogue", f"kept beside {twin}"))

    def tell_repeated_block(self, rows: list[Row]) -> None:
        """Tell of a link's column whose last part is one block over and over: copied, not judged."""
        for column in (EMO_SEN, SAR_HUM):
            values = [row.cells[column] for row in rows]
            period, start = repeated_tail(values)
            if period:
                action = f"kept; from here on a block of {period} rows repeats"
                self.findings.append(rows[start].finding(column, "repeated_block", action))


def repeated_tail(values: list[str]) -> tuple[int, int]:
    """Find the shortest block that a list ends in at least five times over.

    Returns:
        Its length and where the first one starts; (0, 0) where there is none.
    """
    for period in range(1, min(LONGEST_PERIOD, len(values) // 5) + 1):
        start = len(values) - period
        while start > 0 and values[start - 1] == values[start - 1 + period]:
            start -= 1
        if len(values) - start >= 5 * period:
            return (period, start) if period >= SHORTEST_PERIOD else (0, 0)
    return 0, 0
