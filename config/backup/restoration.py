"""Restoration of a backup.

First, the backup is extracted inside the media folder and checked. Then a plan of all moves is written. From then on,
an interrupted restore can be completed from any point: each step checks whether it is already done.
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
    """Replace the database and media of this installation by a backup, after checking it completely.

    Args:
        file: a file written by `back_up`.
        force: also replace an installation that is not empty.

    Returns:
        the number of files in the backup.

    Raises:
        Refused: `backup.missing`, `backup.damaged`, `backup.other_database`, `backup.newer`, `backup.not_empty`,
            `backup.running`, `backup.unfinished`, `disk.full`; nothing was changed.
    """
    if not file.is_file():
        raise Refused("backup.missing", file=str(file))
    media: Path = settings.MEDIA_ROOT
    media.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _exclusive_home():
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
    """Complete an interrupted restore; return the number of files in its backup.

    Raises:
        Refused: `backup.nothing_to_finish`, `backup.running`.
    """
    with _exclusive_home():
        scratch = unfinished()
        if scratch is None:
            raise Refused("backup.nothing_to_finish")
        return _complete(scratch)


def unfinished() -> Path | None:
    """Return the folder of a restore that was interrupted after its plan was written, if any."""
    return next((plan.parent for plan in Path(settings.MEDIA_ROOT).glob(f"{PREFIX}*/{PLAN}")), None)


def require_finished() -> None:
    """Require that no restore was interrupted, so that database and media match.

    Raises:
        Refused: `backup.unfinished`.
    """
    if unfinished() is not None:
        raise Refused("backup.unfinished")


def clear_leftovers() -> None:
    """Delete leftovers of restores that were interrupted before their plan was written, or at the very end."""
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
    """Do the remaining steps of the plan; if the database can't be loaded, move the media back."""
    plan = json.loads((scratch / PLAN).read_text(encoding="utf-8"))
    media, old, fresh = scratch.parent, scratch / "old", scratch / "fresh" / "media"
    try:
        # move the entries, not the folder, which may be a mount point
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
    """Move the entries that are not in the target yet."""
    for name in names:
        if not (target / name).exists():
            (source / name).rename(target / name)


def _drop(scratch: Path) -> None:
    """Delete the folder, the plan first: without it, there is nothing to complete."""
    (scratch / PLAN).unlink()
    shutil.rmtree(scratch)


@contextmanager
def _exclusive_home() -> Iterator[None]:
    """Hold the lock of the home folder, which a running `manage.py run` and its children hold."""
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
