"""Comparison of the table of stored files with the files themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from corpus.domain.media.stored_files import digest
from corpus.models import MediaFile


@dataclass(frozen=True, slots=True)
class Stored:
    """Size in bytes and SHA-256 of a file; None for a checksum that was not calculated."""

    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """The result of a comparison; names are relative to MEDIA_ROOT.

    Attributes:
        expected: number of files in the table.
        missing: names of files that do not exist.
        differing: names of files with another size or content.
        unknown: number of files that no row of the table names.
    """

    expected: int
    missing: tuple[str, ...]
    differing: tuple[str, ...]
    unknown: int

    @property
    def complete(self) -> bool:
        """Whether all files of the table exist, unchanged."""
        return not self.missing and not self.differing


def compare(rows: Iterable[tuple[str, int, str]], files: Mapping[str, Stored]) -> Completeness:
    """Compare rows of the table (name, size, SHA-256) with files, by name."""
    missing, differing, known = [], [], set()
    for name, size, sha256 in sorted(rows):
        known.add(name)
        found = files.get(name)
        if found is None:
            missing.append(name)
        elif found.size != size or found.sha256 not in {None, sha256}:
            differing.append(name)
    return Completeness(len(known), tuple(missing), tuple(differing), len(files.keys() - known))


def table() -> list[tuple[str, int, str]]:
    """Return name, size and SHA-256 of all stored files by the database."""
    return list(MediaFile.objects.values_list("name", "size", "sha256"))


def check_media(*, ignored: Callable[[str], bool], checksums: bool) -> Completeness:
    """Compare the database with the media folder.

    Args:
        ignored: whether an entry of the media folder belongs to something else.
        checksums: also read all files and compare their content.
    """
    root = Path(settings.MEDIA_ROOT)
    rows = table()  # first: a file that is stored meanwhile has no row here
    files = {
        path.relative_to(root).as_posix(): Stored(path.stat().st_size, digest(path) if checksums else None)
        for entry in (root.iterdir() if root.is_dir() else ())
        if not ignored(entry.name)
        for path in (entry, *entry.rglob("*"))
        if path.is_file()
    }
    return compare(rows, files)
