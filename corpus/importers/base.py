"""The base class of importers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from corpus.importers.source import Source


class Importer(ABC):
    """Reads one format of published corpora.

    Attributes:
        name: on the command line; lower-case letters, digits and hyphens.
        summary: a few words for the help of the command.
        columns: question slug -> the source's column with its answers, and "" -> the column with the dialogue's id;
            names the position of a finding in the report.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    columns: ClassVar[Mapping[str, str]] = {}

    def recognises(self, folder: Path) -> bool:  # noqa: ARG002 -- for importers to override
        """Return whether the files of a folder look like this format, by their names and first bytes."""
        return False

    def has_clips(self, folder: Path) -> bool:  # noqa: ARG002
        """Return whether a folder has a media file per utterance."""
        return False

    def clip_of(self, folder: Path, utterance: str) -> Path | None:  # noqa: ARG002
        """Return the media file of an utterance (its code), None if the folder does not have it."""
        return None

    @abstractmethod
    def read(self, folder: Path) -> Source:
        """Read the files of a folder, without writing anything.

        Raises:
            Refused: the files cannot be read as this format; the parameters name file, row and column.
        """
