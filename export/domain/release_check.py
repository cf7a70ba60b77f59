"""The check that a release has not changed: every byte against the checksums of its manifest."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path

from export.models import Release

BLOCK = 2**20  # bytes


def changes_of_folder(folder: Path | zipfile.Path, *, shown: str = "") -> list[str]:
    """Return what differs between a release (its folder, or the folder in its zip) and its manifest, as sentences.

    Args:
        folder: with manifest.json.
        shown: its name in the sentences.
    """
    try:
        files = json.loads((folder / "manifest.json").read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{shown}manifest.json is missing or damaged"]
    found = []
    for name, about in files.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{shown}{name} is missing")
            continue
        checksum = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                checksum.update(block)
        if checksum.hexdigest() != about["sha256"]:
            found.append(f"{shown}{name} has changed")
    return found


def changes_of_release(release: Release) -> list[str]:
    """Return what differs between a stored release and its records: its zip, and the manifest beside it."""
    if release.file is None or release.manifest is None:
        return []
    path, shown = release.file.path, f"{release.name}: "
    if not path.is_file():
        return [f"{shown}the zip is missing"]
    with path.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    if checksum == release.file.sha256:
        return []
    found = [f"{shown}the zip has changed"]
    try:
        with zipfile.ZipFile(path) as archive:
            top = next(iter(zipfile.Path(archive).iterdir()))
            found += changes_of_folder(top, shown=shown)
    except (zipfile.BadZipFile, StopIteration, OSError, ValueError, zlib.error) as error:
        found.append(f"{shown}the zip cannot be read ({error})")
    return found
