"""Import remarks, one per row that an importer repaired, rejected or kept unchanged, and their CSV report."""

from __future__ import annotations

import csv
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ImportRemark:
    """One problem of one row, and how the importer treated it.

    Attributes:
        file, row, column: position in the source; rows count from 1 with the header, as in a spreadsheet.
        raw: the content of the cell.
        problem: kind of problem; its text is the message `remark.<problem>`.
        action: the treatment in a word or two, with the answer or time used instead.
    """

    file: str
    row: int
    column: str
    raw: str
    problem: str
    action: str


_cells = attrgetter(*ImportRemark.__slots__)


class RemarkLog:
    """The remarks of an import, in order. A million of them need no more memory than a few."""

    def __init__(self, remarks: Iterable[ImportRemark] = ()) -> None:
        self._spool = tempfile.TemporaryFile(mode="w+", encoding="utf-8", newline="")  # noqa: SIM115 -- see next line
        weakref.finalize(self, self._spool.close)
        self._writer = csv.writer(self._spool, lineterminator="\n")
        self._counts: Counter[str] = Counter()
        self.extend(remarks)

    def append(self, remark: ImportRemark) -> None:
        """Add a remark."""
        self._counts[remark.problem] += 1
        self._writer.writerow(_cells(remark))

    def extend(self, remarks: Iterable[ImportRemark]) -> None:
        """Add several remarks."""
        for remark in remarks:
            self.append(remark)

    def counts(self) -> dict[str, int]:
        """Return problem -> number of remarks, the most frequent problem first."""
        return dict(self._counts.most_common())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemarkLog) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __len__(self) -> int:
        return self._counts.total()

    def __iter__(self) -> Iterator[ImportRemark]:
        self._spool.seek(0)
        for cells in csv.reader(self._spool):
            yield ImportRemark(cells[0], int(cells[1]), *cells[2:])
        self._spool.seek(0, 2)


def write_report(remarks: Iterable[ImportRemark], path: Path) -> None:
    """Write remarks as a CSV file with the columns file, row, column, raw, problem, action; atomic."""
    _replace(path, remarks)


def append_to_report(remarks: Iterable[ImportRemark], path: Path) -> None:
    """Append remarks to a report that `write_report` wrote; atomic."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)  # the header
        earlier = (ImportRemark(cells[0], int(cells[1]), *cells[2:]) for cells in lines)
        _replace(path, (remark for part in (earlier, remarks) for remark in part))


def _replace(path: Path, remarks: Iterable[ImportRemark]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ImportRemark.__slots__)
        writer.writerows(map(_cells, remarks))
    unfinished.replace(path)
