"""The description of a format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from export.rows.columns import Row


class Output(Protocol):
    """The file that a writer writes to."""

    def write(self, data: bytes) -> None:
        """Append bytes."""


class RowWriter(ABC):
    """Writes the rows of one split, dialogue by dialogue, in constant memory.

    Args:
        output: an empty file, closed by the caller.
        questions: slugs of the codebook's questions, in its order.
        is_soft: whether labels have a `distribution`.
    """

    def __init__(self, output: Output, questions: Sequence[str], *, is_soft: bool = False) -> None:
        self.output = output
        self.questions = questions
        self.is_soft = is_soft

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> None:
        """Append rows."""

    def finish(self) -> None:  # noqa: B027 -- most formats have no end mark
        """Write the part after the last row."""


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """An entry of `registry.FORMATS`.

    Attributes:
        name: on the command line and in manifests.
        suffix: of the file of a split, with its dot.
        summary: a short description for `--help`.
        writer: writes the rows of a split. The same rows must give the same bytes.
        omits: the columns that the format cannot carry, see `rows.columns.column_names`.
    """

    name: str
    suffix: str
    summary: str
    writer: type[RowWriter]
    omits: tuple[str, ...] = ()
