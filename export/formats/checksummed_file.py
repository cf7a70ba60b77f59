"""Files whose checksum and length are known when they are closed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self


class Written:
    """A file being written; `about` is what a manifest says of it.

    Args:
        path: where it goes; its folder is there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._bytes = 0
        self._sha256 = hashlib.sha256()
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = self.path.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, data: bytes, *, rows: int = 0) -> None:
        """Append bytes that hold so many rows."""
        assert self._file is not None  # noqa: S101 -- a use outside `with` is a fault of ours
        self._file.write(data)
        self._sha256.update(data)
        self._bytes += len(data)
        self.rows += rows

    def about(self) -> dict[str, Any]:
        """Return sha256, bytes and rows."""
        return {"sha256": self._sha256.hexdigest(), "bytes": self._bytes, "rows": self.rows}
