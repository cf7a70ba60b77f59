"""The file format of backups: a tar whose last member, `manifest.json`, has the size and SHA-256 of all others.

It is read by a reader of its own, which accepts what `Writer` writes and nothing else: plain files under names that a
backup may hold. Links, devices, sparse files and every other kind of member make the file no backup. The headers and
the manifest are checked against each other before anything is written.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from common.errors import Refused
from common.files.disk_space import require_space
from config.backup.manifest import DATABASE, FORMAT, MANIFEST, File, Manifest, read_manifest

CHUNK = 2**20
BLOCK = tarfile.BLOCKSIZE
EXTENSION_BYTES = 8192  # of a header for long names and sizes
# a manifest has a few hundred bytes for each file, and the names of all columns and migrations
MANIFEST_BYTES, MANIFEST_BYTES_PER_FILE = 2**20, 2048


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

    def entry(self) -> File:
        return File(self.size, self.digest.hexdigest())


class Writer:
    """Writes the members of a backup.

    Args:
        file: target, open for writing.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=file, mode="w")  # noqa: SIM115 -- closed by `finish`
        self.files: dict[str, File] = {}

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
        text = msgspec.json.format(msgspec.json.encode({"format": FORMAT, **facts, "files": self.files}), indent=1)
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        self.tar.addfile(info, io.BytesIO(text))
        self.tar.close()


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file in an archive: its name, its place and its size in bytes."""

    name: str
    offset: int
    size: int


def unpack(archive: Path, folder: Path) -> Manifest:
    """Extract a backup into `folder` and return its manifest, after checking all members against it.

    Raises:
        Refused: `backup.damaged`; the archive is not a backup, is truncated, or a member differs from the manifest.
            `disk.full`; the files do not fit.
    """
    with archive.open("rb") as file:
        try:
            members = list(_members(file))
            manifest = _manifest(file, members)
        except (ValueError, tarfile.TarError) as error:
            raise Refused("backup.damaged", file=archive.name) from error
        # the database is written twice: into the folder, then into its place
        require_space(
            sum(entry.bytes * (1 + name.startswith(DATABASE)) for name, entry in manifest.files.items()), folder=folder
        )
        for member in members:
            if _extract(file, member, folder / member.name) != manifest.files[member.name]:
                raise Refused("backup.damaged", file=archive.name)
    return manifest


def _members(file: IO[bytes]) -> Iterator[Member]:
    """Yield the members of an archive up to its end.

    Raises:
        ValueError, tarfile.TarError: a member is no plain file, or the file ends too early or too late.
    """
    total, offset = file.seek(0, os.SEEK_END), 0
    extended: dict[str, str] = {}
    while (header := _header(file, offset)) is not None:
        offset += BLOCK
        if header.type == tarfile.XHDTYPE and not extended and 0 < header.size <= EXTENSION_BYTES:
            extended = _extension(_read(file, offset, header.size))
            size = header.size
        elif header.type == tarfile.REGTYPE:
            size = int(extended.get("size", header.size))
            if not 0 <= size <= total - offset:
                raise ValueError("a member that is longer than the file")
            yield Member(extended.get("path", header.name), offset, size)
            extended = {}
        else:
            raise ValueError("a member that is no plain file")
        offset += -(-size // BLOCK) * BLOCK
    # two empty blocks, filled up to a record
    if extended or total != -(-(offset + 2 * BLOCK) // tarfile.RECORDSIZE) * tarfile.RECORDSIZE:
        raise ValueError("the file ends too early or too late")


def _header(file: IO[bytes], offset: int) -> tarfile.TarInfo | None:
    """Return the header at this place; None for the empty block after the last member."""
    block = _read(file, offset, BLOCK)
    return tarfile.TarInfo.frombuf(block, "utf-8", "strict") if any(block) else None


def _extension(content: bytes) -> dict[str, str]:
    """Return the long name or size in an extended header: records of the form `LENGTH KEY=VALUE\\n`.

    Raises:
        ValueError: it has another form or says something else.
    """
    values: dict[str, str] = {}
    while content:
        length = content.partition(b" ")[0]
        if (
            not length.isdigit()
            or not 0 < int(length) <= len(content)
            or content[int(length) - 1 : int(length)] != b"\n"
        ):
            raise ValueError("not an extended header")
        key, equals, value = content[len(length) + 1 : int(length) - 1].decode().partition("=")
        if not equals or key not in {"path", "size"} or key in values or (key == "size" and not value.isdecimal()):
            raise ValueError("an extended header that no backup has")
        values[key] = value
        content = content[int(length) :]
    return values


def _manifest(file: IO[bytes], members: list[Member]) -> Manifest:
    """Read the manifest and check the sizes of all other members against it; remove it from the members.

    Raises:
        ValueError: it is missing, malformed, or does not name exactly the other members.
    """
    if not members or members[-1].name != MANIFEST:
        raise ValueError("the manifest is not the last member")
    last = members.pop()
    if last.size > MANIFEST_BYTES + MANIFEST_BYTES_PER_FILE * len(members):
        raise ValueError("the manifest is too long for its files")
    manifest = read_manifest(_read(file, last.offset, last.size))
    sizes = {member.name: member.size for member in members}
    if len(sizes) != len(members) or sizes != {name: entry.bytes for name, entry in manifest.files.items()}:
        raise ValueError("the members are not those of the manifest")
    return manifest


def _read(file: IO[bytes], offset: int, size: int) -> bytes:
    file.seek(offset)
    content = file.read(size)
    if len(content) != size:
        raise ValueError("the file ends too early")
    return content


def _extract(file: IO[bytes], member: Member, path: Path) -> File:
    """Write the content of a member, and no more than its size; return what was written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.seek(member.offset)
    with path.open("xb") as target:
        hashing = _Hashing(target)
        while block := file.read(min(CHUNK, member.size - hashing.size)):
            hashing.write(block)
    return hashing.entry()
