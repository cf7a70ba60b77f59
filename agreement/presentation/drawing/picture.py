"""A picture with the table behind it, and its files: SVG, CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from agreement.presentation.drawing.svg import Drawing, as_file, as_markup
from agreement.presentation.paper.blocks import Table, as_latex

Number = float | int | str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: for people.
        raw: for files of data; the text if it is None.
        address: of its utterances; "" for no link.
    """

    text: str
    raw: Number = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class DataTable:
    """The table behind a picture; the first `words` columns are names, the others numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: int = 1

    def marked(self) -> list[list[tuple[Cell, bool]]]:
        """Return the rows with each cell marked as a name or not."""
        return [[(cell, place < self.words) for place, cell in enumerate(row)] for row in self.rows]

    def heads(self) -> list[tuple[str, bool]]:
        """Return the headings, each marked as that of names or not."""
        return [(name, place < self.words) for place, name in enumerate(self.head)]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes:
        name: unique on its page; also of its files.
        title: what it shows.
        note: how to read it.
        drawing: None if a table alone is shown.
        table: with the same figures.
        warnings: what a reader must know, one sentence each.
    """

    name: str
    title: str
    note: str
    drawing: Drawing | None
    table: DataTable
    warnings: Sequence[str] = field(default_factory=tuple)

    def markup(self) -> SafeString:
        """Return the drawing for a page."""
        assert self.drawing is not None  # noqa: S101 -- templates ask first
        return as_markup(self.drawing, name=self.name, title=self.title, description=self.note)

    def svg(self) -> str:
        """Return the drawing as a file."""
        assert self.drawing is not None  # noqa: S101 -- callers ask first
        return as_file(self.drawing, title=self.title, description=self.note)

    def csv(self) -> str:
        """Return the table with full figures; lines end with a newline."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.table.head)
        writer.writerows([cell.text if cell.raw is None else cell.raw for cell in row] for row in self.table.rows)
        return out.getvalue()

    def block(self) -> Table:
        """Return the table as a part of a paper, with note and warnings in its caption."""
        caption = " ".join([f"{self.title}.", self.note, *self.warnings])
        rows = [[cell.text for cell in row] for row in self.table.rows]
        return Table(caption, list(self.table.head), rows, words=self.table.words)

    def latex(self) -> str:
        """Return the table as LaTeX, to be read by `input`."""
        return as_latex([self.block()])
