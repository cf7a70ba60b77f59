"""A folder as a zip whose bytes depend on its files alone."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip can tell: no time of day in a release
PACKED_ALREADY = {".mp4", ".m4a"}
BLOCK = 2**20


def pack(folder: Path, target: Path, *, top: str) -> None:
    """Write every file of a folder into a zip, in the order of their names.

    Args:
        folder: what is packed.
        target: the zip.
        top: name of the one folder that the zip unpacks to.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}", LONG_AGO)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED_ALREADY else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, BLOCK)
