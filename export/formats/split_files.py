"""The files of a release's rows: one per split and format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from export.formats.checksummed_file import ChecksummedFile
from export.formats.format import ExportFormat, RowWriter
from export.rows.columns import Row
from export.splits.assignment import SPLITS


class SplitFiles:
    """Files being written, open inside `with`.

    Args:
        folder: of the release.
        formats: distinct ones.
        questions: slugs of the codebook's questions, in its order.
        is_soft: whether labels have a `distribution`.
    """

    def __init__(
        self, folder: Path, formats: Iterable[ExportFormat], questions: Sequence[str], *, is_soft: bool = False
    ) -> None:
        self._folder = folder
        self._formats = list(formats)
        self._questions = questions
        self._is_soft = is_soft
        self._stack = ExitStack()
        self._files: dict[str, ChecksummedFile] = {}
        self._writers: dict[str, list[tuple[RowWriter, ChecksummedFile]]] = {split: [] for split in SPLITS}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for split in SPLITS:
                for each in self._formats:
                    name = f"{split}{each.suffix}"
                    file = stack.enter_context(ChecksummedFile(self._folder / name))
                    self._files[name] = file
                    self._writers[split].append((each.writer(file, self._questions, is_soft=self._is_soft), file))
            self._stack = stack.pop_all()  # a failure before this line closes the files
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if error is None:
                for writers in self._writers.values():
                    for writer, _ in writers:
                        writer.finish()

    def write(self, split: str, rows: Sequence[Row]) -> None:
        """Append rows to a split in every format."""
        for writer, file in self._writers[split]:
            writer.write(rows)
            file.rows += len(rows)

    def descriptions(self) -> dict[str, dict[str, Any]]:
        """Return the entries of the files in the manifest, by name."""
        return {name: file.description() for name, file in self._files.items()}
