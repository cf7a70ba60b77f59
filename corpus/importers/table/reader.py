"""A table as a source: its rows become dialogues, and every row that was repaired or rejected gets a remark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice

from common.errors import Refused
from corpus.importers.raters import rater_slugs
from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import Source, SourceDialogue, SourceEpisode, SourceRater, SourceSeries
from corpus.importers.table.dialogues import DialogueReader
from corpus.importers.table.grouping import in_groups
from corpus.importers.table.mapping import TableMapping
from corpus.importers.table.rows import LineReader
from corpus.importers.table.sheet import UNSTORABLE, Table, TableRow
from corpus.importers.table.times import notation_of
from corpus.rules.codebook import Codebook

SOURCE = "source"
NOTATION_ROWS = 1000


@dataclass(slots=True)
class Survey:
    """Findings of a first reading of the whole table, so that the second one is a stream.

    Attributes:
        raters: names of the raters, in the order of the columns or of their first row.
        episodes: title -> None of each series, by name.
        is_grouped: whether the rows of each dialogue follow each other.
    """

    raters: dict[str, None] = field(default_factory=dict)
    episodes: dict[str, dict[str, None]] = field(default_factory=dict)
    is_grouped: bool = True


def read_table(table: Table, mapping: TableMapping, codebook: Codebook | None, *, most: int | None = None) -> Source:
    """Return the source of a table.

    Args:
        table: the table.
        mapping: of its columns.
        codebook: the questions that its answers belong to; None if it has no answers.
        most: read that many rows, for a preview; by default all.

    Raises:
        Refused: `table.columns_missing`, `table.no_codebook`, `table.unknown_task`, and those of
            `TableMapping.problems` and `Table.rows`.
    """
    if problems := mapping.problems():
        raise problems[0]
    if missing := [name for name in mapping.columns if name not in table.header]:
        raise Refused(
            "table.columns_missing",
            file=table.name,
            missing=", ".join(missing),
            expected=", ".join(mapping.columns),
            found=", ".join(table.header),
        )
    if any(mapping.answers()) and codebook is None:
        raise Refused("table.no_codebook")
    notation = mapping.times if mapping.times != "auto" else times_of(table, mapping)
    lines = LineReader(table, mapping, codebook, notation)
    survey = surveyed(lines, most)
    raters = rater_slugs(survey.raters)
    remarks = RemarkLog(
        ImportRemark(table.name, table.header_row, name, name, "column_beyond_limit", "left out")
        for name in table.left_out
    )
    reader = DialogueReader(lines, {name: slug for slug, name in raters.items()}, remarks)

    def dialogues() -> Iterator[SourceDialogue]:
        rows = (storable(row, lines, remarks) for row in islice(table.rows(), most))
        groups: Iterable[tuple[str, Iterable[TableRow]]]
        groups = groupby(rows, key=lines.dialogue) if survey.is_grouped else in_groups(rows, lines.dialogue)
        for code, group in groups:
            if (dialogue := reader.dialogue(code, group)) is not None:
                yield dialogue

    return Source(
        series=[
            SourceSeries(name, episodes=[SourceEpisode(title) for title in titles])
            for name, titles in survey.episodes.items()
        ],
        dialogues=dialogues(),
        raters=[SourceRater(slug, name) for slug, name in raters.items()],
        remarks=remarks,
    )


def storable(row: TableRow, lines: LineReader, remarks: RemarkLog | None = None) -> TableRow:
    """Return a row without characters that cannot be stored, with a remark for each column in use that had some."""
    if not any(map(UNSTORABLE.search, row.cells)):
        return row
    cells = [UNSTORABLE.sub("", cell) for cell in row.cells]
    used = {*lines.place.values(), *(each.place for each in lines.answers)}
    for place, cell in enumerate(cells[: lines.width]):
        if remarks is not None and place in used and cell != row.cells[place]:
            name, action = lines.table.header[place], "characters without a form removed"
            remarks.append(ImportRemark(lines.table.name, row.number, name, cell, "control_removed", action))
    return TableRow(row.number, cells)


def times_of(table: Table, mapping: TableMapping) -> str:
    """Return the notation of the times in the first rows of a table."""
    columns = [table.header.index(name) for name, each in mapping.columns.items() if each.field in {"start", "end"}]
    rows = islice(table.rows(), NOTATION_ROWS)
    return notation_of(row.cells[column] for row in rows for column in columns if column < len(row.cells))


def surveyed(lines: LineReader, most: int | None) -> Survey:
    """Read a table once for its raters and episodes, and the order of its dialogues."""
    found = Survey()
    for _name, column in lines.mapping.answers():
        if column.rater or not lines.has("rater"):
            found.raters.setdefault(column.rater or SOURCE)
    seen: set[str] = set()
    last: str | None = None
    has_parts = lines.has("series") or lines.has("episode")
    for row in (storable(row, lines) for row in islice(lines.table.rows(), most)):
        if has_parts or not found.episodes:
            _note_part(found, lines, row)
        if lines.rates_by_row and (rater := lines.text(row, "rater")):
            found.raters.setdefault(rater)
        code = lines.dialogue(row)
        if code != last:
            if code in seen:
                found.is_grouped = False
            if code:  # rows without a dialogue need not stand together
                seen.add(code)
            last = code
    if not found.episodes:
        found.episodes[lines.default_series] = {}
    return found


def _note_part(found: Survey, lines: LineReader, row: TableRow) -> None:
    """Note the series and the episode of a row."""
    titles = found.episodes.setdefault(lines.series(row), {})
    if episode := lines.text(row, "episode"):
        titles.setdefault(episode)
