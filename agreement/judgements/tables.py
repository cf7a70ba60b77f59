"""Tables of codes: all answers to one question, utterances by raters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from agreement.judgements.comparability import INCOMPARABLE, Codes
from agreement.judgements.differences import Difference, differences
from agreement.judgements.reader import JudgementReader, Judgements
from agreement.judgements.selection import counted
from agreement.judgements.translator import Keys
from agreement.judgements.variables import Variable, variable
from agreement.statistics.answers.patterns import Ints
from common.database.snapshot import snapshot
from corpus.models import CodebookVersion, Rater
from corpus.rules.codebook.codes import BITS, CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE, Column

Indices = npt.NDArray[np.integer]

AT_ONCE = 2**18  # annotations
Gap = Literal["cannot_judge", "not_applicable", "unanswered", "incomparable"]
GAPS: dict[Gap, int] = {
    "cannot_judge": CANNOT_JUDGE_CODE,
    "not_applicable": NOT_APPLICABLE_CODE,
    "unanswered": MISSING,
    "incomparable": INCOMPARABLE,
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Answers to one question that were left out because their codebook version asks it differently.

    Attributes:
        version: number of that version.
        answers: their number.
        raters: number of their raters.
        differences: why they cannot be compared.
    """

    version: int
    answers: int
    raters: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The answers to one question.

    Attributes:
        variable: the question.
        codes: (N, R) codes of the answers, -1 where the rater gave none that can be compared; columns are contiguous.
        answers: the answer of each code; for a task with several choices a set of them, else one name.
        gaps: number of annotations without such an answer by reason; the keys are those of `GAPS`.
        left_out: the incomparable ones by codebook version, the oldest first.
        applies: (N, R) of a link, 1 if it has an answer, 0 if it is not applicable, -1 otherwise; None of a task.
    """

    variable: Variable
    codes: npt.NDArray[np.integer]
    answers: tuple[Any, ...]
    gaps: Mapping[Gap, int]
    left_out: tuple[LeftOut, ...] = ()
    applies: npt.NDArray[np.integer] | None = None


@dataclass(frozen=True, slots=True)
class AnswerTables:
    """All compared answers at one time.

    Attributes:
        raters: R slugs of the raters with answers, the columns of every table.
        dialogue: (N,) key of each utterance's dialogue.
        utterance: (N,) key of each utterance.
        tables: one per question, in the codebook's order; those of `TableCollector.tables_in_turn` are made when they
            are read.
        annotations: number of annotations read.
        single: number of utterances with the answers of one rater alone, and of dialogues that have no others.
        corrected: number of them whose answers were changed after they were handed in; the tables have the first ones.
        digest: sha256 over rater, utterance and revision of each; equal digests mean equal figures.
        taken_at: the moment.
    """

    raters: tuple[str, ...]
    dialogue: Ints
    utterance: Ints
    tables: Sequence[Table]
    annotations: int
    single: tuple[int, int]
    corrected: int
    digest: str
    taken_at: datetime


def read_tables(
    *,
    codebook: CodebookVersion,
    raters: list[Rater],
    shortcuts: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> AnswerTables:
    """Read the annotations of `raters` that count, as they were handed in first, in one snapshot.

    Args:
        codebook: the version whose questions are compared.
        raters: of the same corpus.
        shortcuts: whether annotations count that one key answered all at once.
        progress: called after each chunk with the number of annotations read and their total; must not write to the
            database.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    with snapshot():
        reader = JudgementReader(codebook=codebook, raters=raters)
        collector = TableCollector(reader, codebook)
        annotations = counted(raters, shortcuts=shortcuts)
        total = annotations.count() if progress else 0
        for judgements in reader.chunks(annotations):
            collector.add(judgements)
            if progress:
                progress(collector.annotations, total)
        return collector.tables()


class TableCollector:
    """Collects the first answers of chunks of judgements into tables.

    Args:
        reader: the chunks come from it.
        codebook: of the reader.

    Attributes:
        annotations: number of annotations collected.
        questions: number of questions.
        corrected: number of them that were corrected after they were handed in.
    """

    def __init__(self, reader: JudgementReader, codebook: CodebookVersion) -> None:
        self.annotations = self.corrected = 0
        self._raters = reader.raters
        self._begins = [f"{slug} " for slug in reader.raters]
        self._layout = reader.layout
        self._reader, self._rules = reader, codebook.rules()
        self.questions = len(codebook.rules().questions)
        self._variables = [variable(question) for question in codebook.rules().questions]
        self._taken_at = timezone.now()
        self._digest = hashlib.sha256()
        self._units = 0
        self._dialogue: list[Keys] = []
        self._utterance: list[Keys] = []
        self._counts: list[npt.NDArray[np.int16]] = []  # of the annotations of each utterance
        self._rater: list[Keys] = []
        self._codes: list[npt.NDArray[np.integer]] = []
        self._version: list[npt.NDArray[np.int32]] = []

    def add(self, judgements: Judgements) -> None:
        """Take the next chunk; the annotations of an utterance follow one another and are all in it."""
        starts = np.diff(judgements.utterance, prepend=-1) != 0
        self._counts.append(np.diff(np.append(np.flatnonzero(starts), len(starts))).astype(np.int16))
        self._units += int(starts.sum())
        self._dialogue.append(judgements.dialogue[starts])
        self._utterance.append(judgements.utterance[starts])
        self._rater.append(judgements.rater.astype(np.int16))
        self._codes.append(_small(judgements.first_codes))
        self._version.append(_repeated(judgements.version.astype(np.int32)))
        self.annotations += len(judgements)
        self.corrected += judgements.corrected
        self._digest.update(self._lines(judgements).encode())

    def _lines(self, judgements: Judgements) -> str:
        """Return the lines of the digest, "rater utterance number", joined from parts: formatting takes three times."""
        ends: dict[int, str] = {number: f" {number}\n" for number in set(judgements.first_number)}
        parts = [""] * (3 * len(judgements))
        parts[::3] = [self._begins[rater] for rater in judgements.rater.tolist()]
        parts[1::3] = judgements.public_id
        parts[2::3] = [ends[number] for number in judgements.first_number]
        return "".join(parts)

    def tables(self) -> AnswerTables:
        """Return the tables of everything collected."""
        found = self.tables_in_turn()
        return replace(found, tables=tuple(found.tables))

    def tables_in_turn(self) -> AnswerTables:
        """Return the tables of everything collected; each is made when it is read, so that only one is in memory."""
        raters = np.concatenate([np.empty(0, dtype=np.int16), *self._rater])
        counted = np.bincount(raters, minlength=len(self._raters)) > 0
        seen, column = np.flatnonzero(counted), (np.cumsum(counted) - 1).astype(np.int16)[raters]
        dialogue = np.concatenate([np.empty(0, dtype=np.int64), *self._dialogue])
        counts = np.concatenate([np.empty(0, dtype=np.int16), *self._counts])
        units = np.repeat(np.arange(self._units, dtype=np.int32), counts)
        return AnswerTables(
            raters=tuple(self._raters[index] for index in seen),
            dialogue=dialogue,
            utterance=np.concatenate([np.empty(0, dtype=np.int64), *self._utterance]),
            tables=_InTurn(self, unit=units, rater=column, shape=(self._units, len(seen))),
            annotations=self.annotations,
            single=_single(units, dialogue),
            corrected=self.corrected,
            digest=self._digest.hexdigest(),
            taken_at=self._taken_at,
        )

    def table(self, place: int, *, unit: Indices, rater: Indices, shape: tuple[int, int]) -> Table:
        """Return the table of the question at a place in the codebook; the other arguments are those of `table`."""
        column = self._layout.columns[place]
        cells = slice(column.start, column.start + column.width)
        empty = np.empty((0, column.width), dtype=np.int16)
        codes = np.concatenate([empty, *(chunk[:, cells] for chunk in self._codes)])
        own = replace(column, start=0)
        version = np.concatenate([np.empty(0, dtype=np.int32), *self._version])
        return replace(
            table(self._variables[place], own, codes, unit=unit, rater=rater, shape=shape),
            left_out=self._left_out(column.slug, codes[:, 0], version, rater),
        )

    def _left_out(self, slug: str, first: Codes, version: Indices, rater: Indices) -> tuple[LeftOut, ...]:
        """Count the incomparable answers to a question by codebook version.

        Args:
            slug: of the question.
            first: (M,) its first cell in each annotation.
            version: (M,) primary keys of the codebook versions.
            rater: (M,) columns of the raters.
        """
        cells = np.flatnonzero(first == INCOMPARABLE)
        keys = sorted(np.unique(version[cells]).tolist(), key=lambda key: self._reader.version(key).version)
        found = []
        for key in keys:
            rows = cells[version[cells] == key]
            old = self._reader.version(key)
            why = differences(old.rules(), self._rules).get(slug, ())
            found.append(LeftOut(old.version, len(rows), len(np.unique(rater[rows])), why))
        return tuple(found)


def _repeated(version: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Return versions without memory for each, if they are all the same."""
    alike = len(version) and (version == version[0]).all()
    return np.broadcast_to(version[0], version.shape) if alike else version


def _small(codes: Codes) -> npt.NDArray[np.integer]:
    """Return codes in bytes if they fit, since those of a whole corpus are held."""
    small = codes.astype(np.int8)
    return small if np.array_equal(small, codes) else codes


class _InTurn(Sequence[Table]):
    """The tables of a collector, each made anew when it is read; the arguments are those of `TableCollector.table`."""

    def __init__(self, collector: TableCollector, *, unit: Indices, rater: Indices, shape: tuple[int, int]) -> None:
        self._collector, self._unit, self._rater, self._shape = collector, unit, rater, shape

    def __len__(self) -> int:
        return self._collector.questions

    @overload
    def __getitem__(self, place: int) -> Table: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Table]: ...

    def __getitem__(self, place: int | slice) -> Table | Sequence[Table]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._collector.table(place, unit=self._unit, rater=self._rater, shape=self._shape)


def _single(unit: Indices, dialogue: Keys) -> tuple[int, int]:
    """Count the utterances with one annotation, and the dialogues that consist of them.

    Args:
        unit: (M,) row of each annotation's utterance.
        dialogue: (N,) key of each utterance's dialogue.
    """
    alone = np.bincount(unit, minlength=len(dialogue)) == 1
    keys, of_dialogue = np.unique(dialogue, return_inverse=True)
    compared = np.bincount(of_dialogue, weights=~alone, minlength=len(keys))
    return int(alone.sum()), int((compared == 0).sum())


def table(
    variable: Variable, column: Column, codes: Codes, *, unit: Indices, rater: Indices, shape: tuple[int, int]
) -> Table:
    """Return the table of one question.

    Args:
        variable: the question.
        column: its cells.
        codes: (M, W) codes of M annotations.
        unit: (M,) row of each annotation's utterance, 0..N-1.
        rater: (M,) column of each annotation's rater, 0..R-1.
        shape: (N, R).
    """
    first = codes[:, column.start]
    answers: tuple[Any, ...] = variable.answers
    given: npt.NDArray[np.integer] = first
    if column.is_set:
        is_given = first >= 0
        found, answers = _sets(column, codes[is_given, column.start : column.start + column.width])
        given = np.full(len(first), MISSING, dtype=np.int64)
        given[is_given] = found
    kind = np.int16 if len(answers) < np.iinfo(np.int16).max else np.int64
    cells = _spread(given, unit=unit, rater=rater, shape=shape, kind=kind)
    gaps = {reason: int(np.count_nonzero(first == code)) for reason, code in GAPS.items()}
    return Table(variable, cells, answers, gaps, applies=_applies(variable, first, unit, rater, shape))


def _applies(
    variable: Variable, first: Codes, unit: Indices, rater: Indices, shape: tuple[int, int]
) -> npt.NDArray[np.integer] | None:
    """Return `Table.applies`; the arguments are those of `table`, with the first cells (M,) of the question."""
    if variable.kind != "link":
        return None
    applies = np.full(len(first), MISSING, dtype=np.int8)
    applies[first >= 0], applies[first == NOT_APPLICABLE_CODE] = 1, 0
    return _spread(applies, unit=unit, rater=rater, shape=shape, kind=np.int8)


def _spread(
    codes: npt.NDArray[np.integer], *, unit: Indices, rater: Indices, shape: tuple[int, int], kind: type[np.integer]
) -> npt.NDArray[np.integer]:
    """Return codes (M,) of annotations as a table; those below 0 are missing. Its other arguments are as for `table`.

    Columns are contiguous, since the statistics read rater by rater. Indices take eight bytes each, so they are made
    for some annotations at a time.
    """
    cells = np.full(shape, MISSING, dtype=kind, order="F")
    for start in range(0, len(codes), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        given = np.flatnonzero(codes[part] >= 0)
        cells[unit[part][given], rater[part][given]] = codes[part][given]
    return cells


def _sets(column: Column, cells: Codes) -> tuple[Ints, tuple[frozenset[str], ...]]:
    """Return the codes (M,) of sets of choices, numbered by first occurrence, and the set of each code.

    Args:
        column: the cells of a task with several choices.
        cells: (M, width) sets of bits.
    """
    distinct, first, code = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    sets = tuple(
        frozenset(str(answer) for index, answer in enumerate(column.answers) if bits[index // BITS] >> index % BITS & 1)
        for bits in distinct[order].tolist()
    )
    return rank[code.reshape(-1)], sets
