"""Putting a backup in the place of what is here.

All of it is unpacked and looked through beside the media first. From the moment on that a plan of what is moved where
lies there too, a restore that is killed can be completed, however far it came: each step asks whether it was done.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from common.errors import Refused
from common.files.disk_space import require_space
from config.backup import databases
from config.backup.archive import unpack
from config.setup.first_run import write_private

PREFIX = ".restore-"
PLAN = "plan.json"


def restore(file: Path, *, force: bool = False) -> int:
    """Put a backup in the place of this installation's database and media, once all of it was found intact.

    Args:
        file: what `back_up` wrote.
        force: also replace an installation that is not empty.

    Returns:
        the number of files in it.

    Raises:
        Refused: `backup.missing`, `backup.damaged`, `backup.other_database`, `backup.newer`, `backup.not_empty`,
            `backup.running`, `backup.unfinished`, `disk.full`; nothing was changed.
    """
    if not file.is_file():
        raise Refused("backup.missing", file=str(file))
    media: Path = settings.MEDIA_ROOT
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _home_to_ourselves():
        require_finished()
        clear_leftovers()
        if not force and (any(media.iterdir()) or not databases.is_empty()):
            raise Refused("backup.not_empty")
        require_space(file.stat().st_size, folder=media)
        scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=media))
        try:
            manifest = unpack(file, scratch / "fresh")
            databases.require_loadable(manifest)
            _plan(scratch, media, manifest)
        except BaseException:
            shutil.rmtree(scratch)
            raise
        return _complete(scratch)


def finish() -> int:
    """Complete a restore that was killed in the middle; return the number of files in it.

    Raises:
        Refused: `backup.nothing_to_finish`, `backup.running`.
    """
    with _home_to_ourselves():
        scratch = unfinished()
        if scratch is None:
            raise Refused("backup.nothing_to_finish")
        return _complete(scratch)


def unfinished() -> Path | None:
    """Return the folder of a restore that was killed after it began to move things, if there is one."""
    return next((plan.parent for plan in Path(settings.MEDIA_ROOT).glob(f"{PREFIX}*/{PLAN}")), None)


def require_finished() -> None:
    """Require that database and media belong together.

    Raises:
        Refused: `backup.unfinished`.
    """
    if unfinished() is not None:
        raise Refused("backup.unfinished")


def clear_leftovers() -> None:
    """Take away what restores left that were killed before they began to move things, or after the last of it."""
    for folder in Path(settings.MEDIA_ROOT).glob(f"{PREFIX}*"):
        if not (folder / PLAN).exists():
            shutil.rmtree(folder)


def _plan(scratch: Path, media: Path, manifest: dict[str, Any]) -> None:
    (scratch / "old").mkdir()
    (scratch / "fresh" / "media").mkdir(exist_ok=True)
    plan = {
        "old": [path.name for path in media.iterdir() if path != scratch],
        "fresh": [path.name for path in (scratch / "fresh" / "media").iterdir()],
        "manifest": manifest,
    }
    write_private(scratch / PLAN, json.dumps(plan))


def _complete(scratch: Path) -> int:
    """Do what the plan says and was not done yet; if the database refuses, put the media back."""
    plan = json.loads((scratch / PLAN).read_text(encoding="utf-8"))
    media, old, fresh = scratch.parent, scratch / "old", scratch / "fresh" / "media"
    try:
        # the entries are moved, not the folder: it may be a mount
        _move(plan["old"], media, old)
        _move(plan["fresh"], fresh, media)
        databases.load(scratch / "fresh" / "database", plan["manifest"])
    except BaseException:
        _move(plan["fresh"], media, fresh)
        _move(plan["old"], old, media)
        _drop(scratch)
        raise
    _drop(scratch)
    call_command("migrate", interactive=False, verbosity=0)
    return len(plan["manifest"]["files"])


def _move(names: list[str], source: Path, target: Path) -> None:
    """Move those that are not there yet."""
    for name in names:
        if not (target / name).exists():
            (source / name).rename(target / name)


def _drop(scratch: Path) -> None:
    """Take the folder away, the plan first: without it there is nothing to complete."""
    (scratch / PLAN).unlink()
    shutil.rmtree(scratch)


@contextmanager
def _home_to_ourselves() -> Iterator[None]:
    """Hold the lock that a running `manage.py run` and each of its children hold."""
    folder = settings.CONCORD_HOME / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("backup.running") from None
        yield
    finally:
        os.close(lock)
