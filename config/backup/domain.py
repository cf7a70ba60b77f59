"""Making a backup, and putting one in the place of what is here."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from common.disk import require_space
from common.errors import Refused
from config.backup import databases
from config.backup.archive import Writer, unpack


def back_up(file: Path) -> int:
    """Write database and media into one file, for its owner only, while everything may go on running.

    The database is taken first: media files are never changed, so all that it names are still there after it.

    Returns:
        the number of files in it.

    Raises:
        Refused: `backup.exists`, `disk.full`.
    """
    if file.exists():
        raise Refused("backup.exists", file=str(file))
    media = [path for path in sorted(settings.MEDIA_ROOT.rglob("*")) if path.is_file()]
    require_space(sum(path.stat().st_size for path in media), folder=file.parent)
    unfinished = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch, _private(unfinished) as target:
        databases.dump(Path(scratch))
        writer = Writer(target)
        for path in sorted(Path(scratch).iterdir()):
            writer.add(f"database/{path.name}", path)
        for path in (path for path in sorted(settings.MEDIA_ROOT.rglob("*")) if path.is_file()):
            writer.add(f"media/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", path)
        writer.finish({"made_at": timezone.now().isoformat(), **databases.facts()})
        target.flush()
        os.fsync(target.fileno())
        unfinished.replace(file)
    return len(writer.files)


@contextmanager
def _private(path: Path) -> Iterator:  # type: ignore[type-arg]  # of the open file
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
        try:
            yield target
        finally:
            path.unlink(missing_ok=True)


def restore(file: Path, *, force: bool = False) -> int:
    """Put a backup in the place of this installation's database and media, once all of it was found intact.

    Args:
        file: what `back_up` wrote.
        force: also replace an installation that is not empty.

    Returns:
        the number of files in it.

    Raises:
        Refused: `backup.missing`, `backup.damaged`, `backup.other_database`, `backup.newer`, `backup.not_empty`,
            `backup.running`, `disk.full`; nothing was changed.
    """
    if not file.is_file():
        raise Refused("backup.missing", file=str(file))
    media: Path = settings.MEDIA_ROOT
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not force and (any(media.iterdir()) or not databases.is_empty()):
        raise Refused("backup.not_empty")
    require_space(file.stat().st_size, folder=media)
    with _home_to_ourselves(), tempfile.TemporaryDirectory(dir=media, prefix=".restore-") as scratch:
        fresh = Path(scratch) / "fresh"
        manifest = unpack(file, fresh)
        databases.require_loadable(manifest)
        (fresh / "media").mkdir(exist_ok=True)
        with _swapped(media, Path(scratch)):
            databases.load(fresh / "database", manifest)
    call_command("migrate", interactive=False, verbosity=0)
    return len(manifest["files"])


@contextmanager
def _swapped(media: Path, scratch: Path) -> Iterator[None]:
    """Move the fresh media in and the old aside while the block runs; back again if it fails.

    The entries are moved, not the folder: it may be a mount.
    """
    old = scratch / "old"
    old.mkdir()
    ours = [path for path in media.iterdir() if path != scratch]
    fresh = list((scratch / "fresh" / "media").iterdir())
    for path in ours:
        path.rename(old / path.name)
    for path in fresh:
        path.rename(media / path.name)
    try:
        yield
    except BaseException:
        for path in fresh:
            (media / path.name).rename(path)
        for path in ours:
            (old / path.name).rename(path)
        raise


@contextmanager
def _home_to_ourselves() -> Iterator[None]:
    """Hold the lock that a running `manage.py run` and each of its children hold."""
    folder = settings.CONCORD_HOME / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused("backup.running") from None
    finally:
        os.close(lock)
