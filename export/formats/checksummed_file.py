"""Files whose checksum and length are known when they are closed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

BUFFER = 2**18  # bytes


class ChecksummedFile:
    """A file being written.

    Args:
        path: of the file; its folder exists.

    Attributes:
        rows: number of rows in it, counted by the caller.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._bytes = 0
        self._sha256 = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = self.path.open("wb", BUFFER)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, data: bytes) -> None:
        """Append bytes."""
        assert self._file is not None  # noqa: S101 -- only used inside `with`
        self._file.write(data)
        self._sha256.update(data)
        self._bytes += len(data)

    def description(self, *, with_rows: bool = True) -> dict[str, Any]:
        """Return the file's entry in the manifest: sha256, bytes and, for a file of rows, their number."""
        about: dict[str, Any] = {"sha256": self._sha256.hexdigest(), "bytes": self._bytes}
        return {**about, "rows": self.rows} if with_rows else about
