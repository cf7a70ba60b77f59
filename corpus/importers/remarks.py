"""Import remarks, one per row that an importer repaired or kept unchanged, and their CSV report."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
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


def remark_counts(remarks: Iterable[ImportRemark]) -> dict[str, int]:
    """Return problem -> number of remarks, the most frequent problem first."""
    return dict(Counter(remark.problem for remark in remarks).most_common())


def write_report(remarks: Iterable[ImportRemark], path: Path) -> None:
    """Write remarks as a CSV file with the columns file, row, column, raw, problem, action; atomic."""
    _replace(path, ImportRemark.__slots__, remarks)


def append_to_report(remarks: Iterable[ImportRemark], path: Path) -> None:
    """Append remarks to a report that `write_report` wrote; atomic."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    _replace(path, header, [*(ImportRemark(cells[0], int(cells[1]), *cells[2:]) for cells in rows), *remarks])


def _replace(path: Path, header: Iterable[str], remarks: Iterable[ImportRemark]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([getattr(remark, name) for name in ImportRemark.__slots__] for remark in remarks)
    unfinished.replace(path)
