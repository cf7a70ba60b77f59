"""Creation of a backup."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from common.errors import Refused
from common.files.disk_space import require_space
from common.version import VERSION
from config.backup import databases
from config.backup.archive import Writer
from config.backup.restoration import PREFIX, require_finished


def back_up(file: Path) -> int:
    """Write the database and the media into one file, readable by its owner only; all services may be running.

    The database comes first: media files never change, so all files that it names still exist afterwards.

    Returns:
        the number of files in the backup.

    Raises:
        Refused: `backup.exists`, `backup.unfinished`, `disk.full`.
    """
    if file.exists():
        raise Refused("backup.exists", file=str(file))
    require_finished()
    require_space(sum(path.stat().st_size for path in _media()), folder=file.parent)
    unfinished = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch, _private(unfinished) as target:
        databases.dump(Path(scratch))
        writer = Writer(target)
        for path in sorted(Path(scratch).iterdir()):
            writer.add(f"database/{path.name}", path)
        for path in _media():
            writer.add(f"media/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", path)
        writer.finish({"concord": VERSION, "made_at": timezone.now().isoformat(), **databases.facts()})
        target.flush()
        os.fsync(target.fileno())
        unfinished.replace(file)
    return len(writer.files)


def _media() -> list[Path]:
    """Return the files of the media folder, without leftovers of interrupted restores."""
    files = (path for path in sorted(settings.MEDIA_ROOT.rglob("*")) if path.is_file())
    return [path for path in files if not path.relative_to(settings.MEDIA_ROOT).parts[0].startswith(PREFIX)]


@contextmanager
def _private(path: Path) -> Iterator:  # type: ignore[type-arg]  # of the open file
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        try:
            yield target
        finally:
            path.unlink(missing_ok=True)
