"""Check of the free disk space before writing."""

import shutil
from pathlib import Path

from django.conf import settings

from common.errors import Refused


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the file system of `folder`, which need not exist."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_space(needed: int, *, folder: Path | None = None) -> None:
    """Refuse work that would use up the reserve for the database.

    Args:
        needed: bytes to be written.
        folder: target folder; by default the media folder.

    Raises:
        Refused: `disk.full`, if less than `needed` + `MIN_FREE_BYTES` are free.
    """
    free = free_bytes(folder or settings.MEDIA_ROOT)
    if free < needed + settings.MIN_FREE_BYTES:
        raise disk_full(needed=needed, free=free)


def disk_full(*, needed: int, free: int) -> Refused:
    """Return the refusal of work that needs more bytes than are free beside the reserve."""
    needed_mb, free_mb, reserve_mb = -(-needed // 2**20), free // 2**20, settings.MIN_FREE_BYTES // 2**20
    return Refused("disk.full", needed_mb=needed_mb, free_mb=free_mb, reserve_mb=reserve_mb)
