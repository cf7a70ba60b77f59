"""What an importer makes of a published corpus, and what it found on the way. Pure values: nothing is written here."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was wrong in a file, and what was done about it.

    Attributes:
        file, row, column: where; rows count from 1 with the header, as a spreadsheet shows them.
        raw: what stands there.
        problem: its kind, a word of `corpus.messages.imports`.
        action: what was done, in a word or two, with the value that was used instead.
    """

    file: str
    row: int
    column: str
    raw: str
    problem: str
    action: str


@dataclass(frozen=True, slots=True)
class SourceSpeaker:
    name: str
    gender: str = ""
    age_group: str = ""
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceUtterance:
    """One labelled utterance; times are milliseconds, None where they are beyond repair."""

    code: str
    speaker: str
    text: str
    start_ms: int | None
    end_ms: int | None
    answers: dict[str, Any]
    raw: dict[str, str]


@dataclass(frozen=True, slots=True)
class SourceDialogue:
    code: str
    split: str
    topic: str
    utterances: list[SourceUtterance]


@dataclass(frozen=True, slots=True)
class Source:
    """A published corpus, read whole.

    Attributes:
        name: of the corpus and of the rater that its labels will belong to.
        codebook: name of the shipped codebook that its labels fit.
    """

    name: str
    codebook: str
    speakers: list[SourceSpeaker]
    dialogues: list[SourceDialogue]
    findings: list[Finding]

    def utterance_count(self) -> int:
        """Return the number of utterances in all dialogues."""
        return sum(len(dialogue.utterances) for dialogue in self.dialogues)

    def finding_counts(self) -> dict[str, int]:
        """Return how often each kind of problem was found, the most frequent first."""
        return dict(Counter(finding.problem for finding in self.findings).most_common())


def write_report(findings: Iterable[Finding], path: Path) -> None:
    """Write the findings as CSV, whole or not at all: file, row, column, raw, problem, action."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Finding.__slots__)
        writer.writerows([getattr(finding, name) for name in Finding.__slots__] for finding in findings)
    unfinished.replace(path)
