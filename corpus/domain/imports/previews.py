"""Previews of imports, read without writing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from corpus.domain.imports.prepared import TABLE, source_of
from corpus.importers.remarks import ImportRemark
from corpus.importers.source import SourceDialogue, SourceRater
from corpus.importers.table.answers import AnswerReader
from corpus.importers.table.mapping import TableMapping
from corpus.importers.table.sheet import Table
from corpus.importers.table.values import split_of
from corpus.models import Import
from corpus.rules.codebook import Codebook, Task, answer_slugs

ROWS_READ = 20_000  # of a table, for a preview
DIALOGUES_READ = 4_000  # of a published corpus
DIALOGUES_SHOWN = 3
LINES_SHOWN = 12
REMARKS_SHOWN = 20
VALUES_SHOWN = 100


@dataclass(slots=True)
class Preview:
    """The result of a reading.

    Attributes:
        dialogues, utterances, answers: numbers that were read.
        raters: owners of the answers.
        splits: number of dialogues by published split.
        shown: the first dialogues.
        remarks: problem -> number.
        first_remarks: the first ones.
        is_whole: whether everything was read.
    """

    dialogues: int = 0
    utterances: int = 0
    answers: int = 0
    raters: list[SourceRater] = field(default_factory=list)
    splits: dict[str, int] = field(default_factory=dict)
    shown: list[SourceDialogue] = field(default_factory=list)
    remarks: dict[str, int] = field(default_factory=dict)
    first_remarks: list[ImportRemark] = field(default_factory=list)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value of a column.

    Attributes:
        value: as it stands in the table.
        count: of cells with it.
        answer: it is read as; "" for none.
        is_unknown: whether its answers are left out because nobody said what it means.
        proposal: an answer that it resembles.
    """

    value: str
    count: int
    answer: str
    is_unknown: bool
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class TaskValues:
    """The values of all columns that answer a task, and the answers to choose from."""

    task: str
    choices: tuple[str, ...]
    values: list[ValueCount]
    further: int

    @property
    def unknown(self) -> int:
        """Number of different values that are unknown."""
        return sum(value.is_unknown for value in self.values)


def preview_of(imported: Import) -> Preview:
    """Read prepared files, up to a limit.

    Raises:
        Refused: the files cannot be read; those of the importer.
    """
    is_table = imported.importer == TABLE
    source = source_of(imported, most=ROWS_READ if is_table else None)
    found = Preview(raters=list(source.raters))
    splits: Counter[str] = Counter()
    for dialogue in source.read_dialogues():
        if len(found.shown) < DIALOGUES_SHOWN:
            found.shown.append(dialogue)
        splits[dialogue.split] += 1
        found.answers += sum(len(given.answers) for each in dialogue.utterances for given in each.answers.values())
        if not is_table and source.counts.dialogues >= DIALOGUES_READ:
            found.is_whole = False
            break
    found.dialogues, found.utterances = source.counts.dialogues, source.counts.utterances
    found.splits = {split: count for split, count in splits.items() if split}
    found.remarks = source.remarks.counts()
    found.first_remarks = list(islice(source.remarks, REMARKS_SHOWN))
    return found


def values_of(table: Table, mapping: TableMapping, codebook: Codebook | None) -> list[TaskValues]:
    """Count the values of the columns with answers, in the first rows, and tell what each is read as."""
    if codebook is None:
        return []
    reader = AnswerReader(codebook, mapping)
    places: dict[str, list[int]] = {}
    for name, column in mapping.answers():
        if column.task in reader.names and name in table.header:
            places.setdefault(column.task, []).append(table.header.index(name))
    counts: dict[str, Counter[str]] = {task: Counter() for task in places}
    questions = {question.slug: question for question in codebook.questions}
    for row in islice(table.rows(), ROWS_READ):
        for task, columns in places.items():
            question = questions[task]
            splits = isinstance(question, Task) and question.many and mapping.separator
            for place in columns:
                cell = row.cells[place].strip() if place < len(row.cells) else ""
                parts = cell.split(mapping.separator) if splits else [cell]
                counts[task].update(part.strip() for part in parts if part.strip())
    return [
        TaskValues(
            task,
            answer_slugs(questions[task]),
            [_value(reader, task, value, count) for value, count in counts[task].most_common(VALUES_SHOWN)],
            max(0, len(counts[task]) - VALUES_SHOWN),
        )
        for task in places
    ]


def split_values(table: Table, mapping: TableMapping) -> list[ValueCount]:
    """Count the values of the split column, and tell what each is read as."""
    name = mapping.column_of("split")
    if name is None or name not in table.header:
        return []
    place = table.header.index(name)
    cells = (row.cells[place].strip() for row in islice(table.rows(), ROWS_READ) if place < len(row.cells))
    return [
        ValueCount(value, count, split_of(value, mapping.splits) or "", split_of(value, mapping.splits) is None)
        for value, count in Counter(filter(None, cells)).most_common(VALUES_SHOWN)
    ]


def _value(reader: AnswerReader, task: str, value: str, count: int) -> ValueCount:
    match = reader.match(task, value)
    if match.is_certain:
        return ValueCount(value, count, match.answer, is_unknown=False)
    return ValueCount(value, count, "", is_unknown=True, proposal=match.answer)
