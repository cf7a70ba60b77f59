"""Zip archives whose bytes depend only on the files in them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can store; the same for every release
COMPRESSED = {".mp4", ".m4a"}
BLOCK = 2**20


def pack(folder: Path, target: Path, *, top: str) -> None:
    """Write all files of a folder into a zip, in the order of their names.

    Args:
        folder: of the files.
        target: path of the zip.
        top: name of the single folder in the zip.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in COMPRESSED else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, BLOCK)
