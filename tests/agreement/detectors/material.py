"""Material for detectors without a database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agreement.detectors.base import Row
from corpus.importers.source import Source


@dataclass(frozen=True)
class ListMaterial:
    """Rows from a list."""

    questions: Sequence[str]
    lines: Sequence[Row]

    def rows(self) -> Iterator[Row]:
        return iter(self.lines)


def answered(columns: Mapping[str, Sequence[Any]], *, file: str = "all.csv", dialogue_length: int = 10) -> ListMaterial:
    """Material with these answers per question; texts differ from row to row."""
    lines = [
        Row(
            dialogue=f"id-{number // dialogue_length}",
            dialogue_code=f"D_{number // dialogue_length}",
            utterance=f"utterance-{number}",
            file=file,
            row=number + 2 if file else None,
            speaker="A" if number % 2 else "B",
            text=f"line {number}",
            answers=dict(zip(columns, answers, strict=True)),
        )
        for number, answers in enumerate(zip(*columns.values(), strict=True))
    ]
    return ListMaterial(list(columns), lines)


def source_material(source: Source, rater: str) -> ListMaterial:
    """Material from an importer's result, with one rater's answers."""
    lines = [
        Row(
            dialogue.code,
            dialogue.code,
            each.code,
            dialogue.file,
            each.row,
            each.speaker,
            each.text,
            each.answers[rater].answers,
        )
        for dialogue in source.dialogues
        for each in dialogue.utterances
    ]
    return ListMaterial(list(lines[0].answers), lines)
