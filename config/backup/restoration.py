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

import msgspec
from django.conf import settings
from django.core.management import call_command

from common.errors import Refused
from config.backup import databases
from config.backup.archive import unpack
from config.backup.manifest import PREFIX, Manifest, Plan, read_plan
from config.backup.outcome import Outcome, stored_media
from config.setup.first_run import write_private
from corpus.domain.media.completeness import compare, table

PLAN = "plan.json"


def restore(file: Path, *, force: bool = False) -> Outcome:
    """Replace the database and media of this installation by a backup, after checking it completely.

    A backup that was made of an incomplete media folder is restored as it is.

    Args:
        file: a file written by `back_up`.
        force: also replace an installation that is not empty.

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
        scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=media))
        try:
            manifest = unpack(file, scratch / "fresh")
            databases.require_loadable(scratch / "fresh" / "database", manifest, file=file.name)
            _plan(scratch, media, manifest)
        except BaseException:
            shutil.rmtree(scratch)
            raise
        return _complete(scratch)


def finish() -> Outcome:
    """Complete an interrupted restore.

    Raises:
        Refused: `backup.nothing_to_finish`, `backup.running`, `backup.bad_plan`; nothing was changed.
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
        if not folder.is_dir() or folder.is_symlink():
            folder.unlink()
        elif not (folder / PLAN).exists():
            shutil.rmtree(folder)


def _plan(scratch: Path, media: Path, manifest: Manifest) -> None:
    (scratch / "old").mkdir()
    (scratch / "fresh" / "media").mkdir(exist_ok=True)
    plan = {
        "old": [path.name for path in media.iterdir() if path != scratch],
        "fresh": [path.name for path in (scratch / "fresh" / "media").iterdir()],
        "manifest": msgspec.to_builtins(manifest),
    }
    write_private(scratch / PLAN, json.dumps(plan))


def _complete(scratch: Path) -> Outcome:
    """Do the remaining steps of the plan; if the database can't be loaded, move the media back."""
    plan = _read_plan(scratch)
    media, old, fresh = scratch.parent, scratch / "old", scratch / "fresh" / "media"
    try:
        # move the entries, not the folder, which may be a mount point
        _move(plan.old, media, old)
        _move(plan.fresh, fresh, media)
        databases.load(scratch / "fresh" / "database", plan.manifest)
    except BaseException:
        _move(plan.fresh, media, fresh)
        _move(plan.old, old, media)
        _drop(scratch)
        raise
    _drop(scratch)
    call_command("migrate", interactive=False, verbosity=0)
    return Outcome(len(plan.manifest.files), compare(table(), stored_media(plan.manifest.files)))


def _read_plan(scratch: Path) -> Plan:
    refusal = Refused("backup.bad_plan", folder=str(scratch))
    if scratch.is_symlink() or (scratch / PLAN).is_symlink():
        raise refusal
    try:
        return read_plan((scratch / PLAN).read_bytes())
    except ValueError as error:
        raise refusal from error


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
