"""The files of a release while it is written, each with its checksum."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from export.formats.checksummed_file import ChecksummedFile
from export.formats.format import ExportFormat, FormatWriter
from export.rows.columns import Table
from export.rows.records import Batch


class ReleaseFiles:
    """A folder of files being written, open inside `with`.

    Args:
        folder: of the release.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._files: dict[str, ChecksummedFile] = {}
        self._with_rows: list[tuple[str, ChecksummedFile]] = []
        self._descriptions: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def open(self, name: str, *, rows: bool = False) -> ChecksummedFile:
        """Create a file that stays open; `rows`: those of the split that its name begins with count as its."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = self._stack.enter_context(ChecksummedFile(path))
        self._files[name] = file
        if rows:
            self._with_rows.append((name, file))
        return file

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with ChecksummedFile(path) as file:
            file.write(data)
        self._descriptions[name] = file.description(with_rows=False)

    def descriptions(self) -> dict[str, dict[str, Any]]:
        """Return the entries of the files in the manifest, by name."""
        counted = {name for name, _ in self._with_rows}
        written = {name: file.description(with_rows=name in counted) for name, file in self._files.items()}
        return dict(sorted((written | self._descriptions).items()))

    def of_split(self, split: str) -> list[ChecksummedFile]:
        """Return the files that hold the rows of a split."""
        return [file for name, file in self._with_rows if name.startswith((f"{split}.", f"{split}_"))]


class SplitFiles:
    """The rows of a release in several formats.

    Args:
        files: of the release.
        formats: distinct ones.
        table: the columns.
        splits: their names.
    """

    def __init__(self, files: ReleaseFiles, formats: list[ExportFormat], table: Table, splits: tuple[str, ...]) -> None:
        self._writers: list[FormatWriter] = [each.writer(files, table, splits) for each in formats]
        self._counted = {split: files.of_split(split) for split in splits}

    def write(self, split: str, batch: Batch) -> None:
        """Append the rows of whole dialogues to a split in every format."""
        for writer in self._writers:
            writer.write(split, batch)
        count = len(batch)
        for file in self._counted[split]:
            file.rows += count

    def finish(self) -> None:
        """Write what follows the last row."""
        for writer in self._writers:
            writer.finish()
