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
from config.backup.manifest import MEDIA, PREFIX, Names
from config.backup.outcome import Outcome, stored_media
from config.backup.restoration import require_finished
from corpus.domain.media.completeness import compare


def back_up(file: Path) -> Outcome:
    """Write the database and the media into one file, readable by its owner only; all services may be running.

    The database comes first: media files never change, so all files that it names still exist afterwards, unless
    somebody removes them meanwhile. Files that are missing or differ from the database do not stop the backup.

    Raises:
        Refused: `backup.exists`, `backup.unfinished`, `disk.full`.
    """
    if file.exists():
        raise Refused("backup.exists", file=str(file))
    require_finished()
    require_space(sum(_size(path) for path in _media()), folder=file.parent)
    unfinished = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch, _private(unfinished) as target:
        rows = databases.dump(Path(scratch))
        writer, names, left_out = Writer(target), Names(), 0
        for path in sorted(Path(scratch).iterdir()):
            name = f"database/{path.name}"
            names.accept(name)
            writer.add(name, path)
        stored = {name for name, *_ in rows}
        for name, path in sorted(_by_name(_media()), key=lambda one: one[0].removeprefix(MEDIA) not in stored):
            if names.accept(name):
                _add_unless_removed(writer, name, path)
            else:
                left_out += 1
        media = compare(rows, stored_media(writer.files))
        writer.finish({"concord": VERSION, "made_at": timezone.now().isoformat(), **databases.facts()})
        target.flush()
        os.fsync(target.fileno())
        unfinished.replace(file)
    return Outcome(len(writer.files), media, left_out)


def _add_unless_removed(writer: Writer, name: str, path: Path) -> None:
    """Add a file that may have been removed since the media were listed."""
    try:
        writer.add(name, path)
    except FileNotFoundError:
        return


def _by_name(paths: list[Path]) -> list[tuple[str, Path]]:
    return [(MEDIA + path.relative_to(settings.MEDIA_ROOT).as_posix(), path) for path in paths]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # removed since the media were listed
        return 0


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
