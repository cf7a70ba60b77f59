"""The file format of backups: a tar whose last member, `manifest.json`, has the size and SHA-256 of all others."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from common.errors import Refused

FORMAT = "concord-backup/1"
MANIFEST = "manifest.json"
CHUNK = 2**20


class _Hashing:
    """A file that is hashed while it is read or written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        return self._count(self.file.read(size))

    def write(self, block: bytes) -> None:
        self.file.write(self._count(block))

    def _count(self, block: bytes) -> bytes:
        self.digest.update(block)
        self.size += len(block)
        return block

    def entry(self) -> dict[str, Any]:
        return {"bytes": self.size, "sha256": self.digest.hexdigest()}


class Writer:
    """Writes the members of a backup.

    Args:
        file: target, open for writing.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=file, mode="w")  # noqa: SIM115 -- closed by `finish`
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, path: Path) -> None:
        """Add the file `path` as `name`."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(source.fileno()).st_size
            info.mode = 0o600
            hashing = _Hashing(source)
            self.tar.addfile(info, hashing)
        self.files[name] = hashing.entry()

    def finish(self, facts: dict[str, Any]) -> None:
        """Add the manifest with `facts` and close the archive."""
        text = json.dumps({"format": FORMAT, **facts, "files": self.files}, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        self.tar.addfile(info, io.BytesIO(text))
        self.tar.close()


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Extract a backup into `folder` and return its manifest, after checking all members against it.

    Raises:
        Refused: `backup.damaged`; the archive is not a backup, is truncated, or a member differs from the manifest.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for member, content in _members(tar, archive):
                if member.name == MANIFEST:
                    manifest = json.load(content)
                else:
                    found[member.name] = _write(content, folder / member.name)
    except (tarfile.TarError, EOFError, ValueError, KeyError) as error:
        raise Refused("backup.damaged", file=archive.name) from error
    if manifest.get("format") != FORMAT or manifest.get("files") != found:
        raise Refused("backup.damaged", file=archive.name)
    return manifest


def _members(tar: tarfile.TarFile, archive: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        path = PurePosixPath(member.name)
        if content is None or path.is_absolute() or ".." in path.parts:
            raise Refused("backup.damaged", file=archive.name)
        yield member, content


def _write(content: IO[bytes], path: Path) -> dict[str, Any]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as file:
        hashing = _Hashing(file)
        while block := content.read(CHUNK):
            hashing.write(block)
    return hashing.entry()
