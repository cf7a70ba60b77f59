"""The description of a format."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from export.rows.columns import PLAIN, Table
from export.rows.records import Batch


class Output(Protocol):
    """A file that a writer writes to."""

    def write(self, data: bytes) -> None:
        """Append bytes."""


class OutputFolder(Protocol):
    """The folder of a release while it is written."""

    def open(self, name: str, *, rows: bool = False) -> Output:
        """Create a file, which stays open until the release is complete; `rows`: the rows of a split count as its."""

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file."""


class FormatWriter(ABC):
    """Writes the rows of all splits, dialogue by dialogue in the order of the corpus.

    Args:
        folder: of the release.
        table: the columns of the rows.
        splits: names of the splits.
    """

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        self.folder, self.table, self.splits = folder, table, splits

    @abstractmethod
    def write(self, split: str, batch: Batch) -> None:
        """Append the rows of whole dialogues of one split."""

    def finish(self) -> None:  # noqa: B027 -- most formats have no end mark
        """Write the part after the last row."""


class SplitWriter(FormatWriter):
    """Writes one file per split; a subclass sets `suffix`."""

    suffix = ""

    def __init__(self, folder: OutputFolder, table: Table, splits: tuple[str, ...]) -> None:
        super().__init__(folder, table, splits)
        self.outputs = {split: folder.open(f"{split}{self.suffix}", rows=True) for split in splits}


NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # characters that XML has no form for
CONTROL = "control characters in texts"
RETURNS = "carriage returns in texts, which become line feeds"
PARTS = ("label", "state", "source", "votes", "distribution")


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """An entry of `registry.FORMATS`.

    Attributes:
        name: on the command line and in manifests.
        files: the names of its files, for people.
        summary: a short description for `--help`.
        writer: writes the rows. The same rows must give the same bytes, on any date.
        carries: the plain columns and the parts of a question that the files hold without loss.
        remarks: losses within the parts that it carries.
    """

    name: str
    files: str
    summary: str
    writer: type[FormatWriter]
    carries: frozenset[str] = frozenset((*PLAIN, *PARTS))
    remarks: tuple[str, ...] = ()

    def cannot_carry(self, *, is_soft: bool = True) -> list[str]:
        """Return what the format loses: the columns and parts that it does not carry, then its remarks."""
        parts = PARTS if is_soft else PARTS[:-1]
        return [*(name for name in (*PLAIN, *parts) if name not in self.carries), *self.remarks]
