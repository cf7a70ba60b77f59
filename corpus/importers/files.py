"""Files of published corpora as rows and values, with refusals that name the place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from common.errors import Refused
from corpus.importers.remarks import ImportRemark
from corpus.rules.json_texts import BrokenJsonError, json_value
from corpus.rules.text_encodings import Place, decode, place_of_fault, place_of_undecodable

MOST_BYTES = 1 << 30
PIECE = 1 << 20  # bytes
CLOCK = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2})[.,:](\d{1,3})")


class Row(NamedTuple):
    """A row of a file with its number, counted from 1 with the header."""

    file: str
    number: int
    cells: dict[str, str]

    def remark(self, column: str, problem: str, action: str) -> ImportRemark:
        """Return a remark on a cell of the row."""
        return ImportRemark(self.file, self.number, column, self.cells.get(column, ""), problem, action)


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises:
        Refused: `import.file_missing`, `import.encoding`, `import.file_too_large`.
    """
    if not path.is_file():
        raise Refused("import.file_missing", file=path.name)
    if path.stat().st_size > MOST_BYTES:
        raise Refused("import.file_too_large", file=path.name, most_mb=MOST_BYTES >> 20)
    data = path.read_bytes()
    text = decode(data)
    if text is None:
        try:
            return data.decode("utf-8-sig")  # a few characters that cannot be printed, as in EmotionLines
        except UnicodeDecodeError:
            raise unknown_encoding(path.name, data) from None
    return text


def unknown_encoding(file: str, data: bytes) -> Refused:
    """Return the refusal of a file in an unknown encoding, with the first place that cannot be read."""
    place = place_of_fault(data)
    return Refused("import.encoding", file=file, line=place.line, byte=place.byte)


def undecodable(path: Path, encoding: str = "utf-8") -> Refused:
    """Return the refusal of a large file that must have one encoding, with the first place that cannot be read."""
    with path.open("rb") as file:
        place = place_of_undecodable(iter(partial(file.read, PIECE), b""), encoding) or Place(1, 1)
    return Refused("import.encoding", file=path.name, line=place.line, byte=place.byte)


def json_of(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises:
        Refused: `import.json`, and those of `text_of`.
    """
    return parsed(text_of(path), path.name)


def parsed(text: str, file: str, row: int = 1) -> Any:
    """Return the value of a JSON text.

    Raises:
        Refused: `import.json`.
    """
    try:
        return json_value(text)
    except BrokenJsonError as error:
        raise Refused("import.json", file=file, row=error.line + row - 1, error=error.reason) from error


def rows_of(path: Path, expected: Sequence[str], *, further: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of a CSV file that are not blank.

    Args:
        path: the file.
        expected: columns that it must have, in any order.
        further: columns that it may have.

    Raises:
        Refused: `import.header`, `import.columns`, `import.csv`, and those of `text_of`.
    """
    lines = csv_rows(text_of(path), path.name)
    header = [name.strip() for name in next(lines, [])]
    if not set(expected) <= set(header):
        raise Refused("import.header", file=path.name, expected=",".join(expected), found=",".join(header))
    del further
    for number, cells in enumerate(lines, start=2):
        if not any(map(str.strip, cells)):
            continue
        if len(cells) != len(header):
            raise Refused("import.columns", file=path.name, row=number, found=len(cells), expected=len(header))
        yield Row(path.name, number, dict(zip(header, cells, strict=True)))


def csv_rows(text: str, file: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV text.

    Raises:
        Refused: `import.csv`, a row cannot be read, for instance because a quotation mark is never closed.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):  # noqa: B007 -- the number of the last row is needed
            yield cells
    except csv.Error as error:
        raise Refused("import.csv", file=file, row=number + 1, error=str(error)) from error


def entry(value: Any, key: str, kind: type | tuple[type, ...], *, file: str, where: str | int) -> Any:
    """Return a value of a JSON object.

    Raises:
        Refused: `import.json_entry`, it is missing or of another kind.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get(key), kind):
        found = ", ".join(sorted(map(str, value)))[:300] if isinstance(value, Mapping) else type(value).__name__
        raise Refused("import.json_entry", file=file, where=str(where), expected=key, found=found)
    return value[key]


def clock_ms(text: str) -> int | None:
    """Return the milliseconds of h:mm:ss,mmm (or with a point or colon); None if it is no such time."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = map(int, match.groups()[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(match[4].ljust(3, "0"))


class Span(NamedTuple):
    """Start and end of an utterance, both None if they are unusable, and the problem."""

    start_ms: int | None
    end_ms: int | None
    problem: str = ""


def span(start_ms: int | None, end_ms: int | None) -> Span:
    """Return a span that ends after it starts; both times are dropped if it does not."""
    if start_ms is None and end_ms is None:
        return Span(None, None)
    if start_ms is None or end_ms is None or start_ms < 0:
        return Span(None, None, "time_unreadable")
    if end_ms <= start_ms:
        return Span(None, None, "ends_before_start" if end_ms < start_ms else "no_length")
    return Span(start_ms, end_ms)
