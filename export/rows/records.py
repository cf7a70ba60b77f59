"""Rows as they are passed to formats: the native bytes, and records that are decoded only where they are needed.

Labels stay encoded until a format asks for them. Few combinations of answers occur, so equal bytes are decoded once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import msgspec

CACHED = 4096  # combinations of labels, about 5 KB each


class Row(msgspec.Struct, frozen=True):
    """A row of the native format."""

    id: str
    dialogue: str
    order: int
    series: str
    episode: str
    speaker: str
    text: str
    start_ms: int | None
    end_ms: int | None
    clip: str | None
    labels: msgspec.Raw

    @property
    def plain(self) -> tuple[Any, ...]:
        """The cells of the plain columns, in order."""
        return (
            *(self.id, self.dialogue, self.order, self.series, self.episode, self.speaker, self.text),
            *(self.start_ms, self.end_ms, self.clip),
        )

    def cells(self) -> dict[str, Any]:
        """Return question slug -> label, state, source, votes and perhaps distribution; shared, so don't change it."""
        return decoded_labels(bytes(self.labels))


class Head(msgspec.Struct, frozen=True):
    """The part of a row that the check of the splits reads; the rest of a line is skipped."""

    dialogue: str
    series: str
    episode: str
    speaker: str


class Words(msgspec.Struct, frozen=True):
    """The text of a row alone."""

    text: str


_rows = msgspec.json.Decoder(Row)
_heads = msgspec.json.Decoder(Head)
_texts = msgspec.json.Decoder(Words)
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


@lru_cache(CACHED)
def decoded_labels(data: bytes) -> dict[str, Any]:
    """Return the labels of a row."""
    labels: dict[str, Any] = msgspec.json.decode(data)
    return labels


def label_parts(data: bytes) -> Iterable[msgspec.Raw]:
    """Return the encoded labels of each question of a row, in their order."""
    return _parts.decode(data).values()


def head_of(line: bytes) -> Head:
    """Return the parts of a line of the native format that the check of the splits reads."""
    return _heads.decode(line)


def encode(value: Any) -> bytes:
    """Return compact JSON with keys in their order."""
    return _encoder.encode(value)


class Batch:
    """Rows of whole dialogues of one split.

    Args:
        lines: the rows in the native format, each ending with a newline.

    Attributes:
        lines: the same.
    """

    def __init__(self, lines: bytes) -> None:
        self.lines = lines

    @classmethod
    def of(cls, rows: list[Row]) -> Batch:
        """Return the batch of these rows."""
        batch = cls(b"".join([_encoder.encode(row) + b"\n" for row in rows]))
        batch.rows = rows
        return batch

    @cached_property
    def rows(self) -> list[Row]:
        """The decoded rows."""
        return _rows.decode_lines(self.lines)

    @cached_property
    def texts(self) -> list[str]:
        """The texts of the utterances."""
        is_decoded = "rows" in self.__dict__
        return [row.text for row in (self.rows if is_decoded else _texts.decode_lines(self.lines))]

    def __len__(self) -> int:
        return self.lines.count(b"\n")
