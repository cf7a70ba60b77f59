"""The home folder with all data of an installation: creation, lock, and preparation for serving."""

import fcntl
import hashlib
import os
import time
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.processes.broker import prepare_socket_folder, socket_path
from config.setup.first_run import ensure_secret_key
from config.setup.message_catalogues import compile_catalogues

LOCK_SECONDS = 10


class HomeTaken(Exception):  # noqa: N818 -- shown to the user who starts a second one
    """Another Concord is running on this home folder."""


def prepare_home(home: Path) -> None:
    """Create the folders, accessible by their owner only, and the secret key.

    Raises:
        OSError: the home folder can't be written.
    """
    for folder in (home, home / "run", home / "logs", settings.MEDIA_ROOT, settings.WORK_DIR):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_socket_folder(socket_path(home))
    ensure_secret_key()


def lock_home(home: Path) -> int:
    """Lock the home folder and return the file descriptor of the lock, which the children inherit.

    So a start after kill -9 waits until the last child of the killed process has ended.

    Raises:
        HomeTaken: the lock is still held after `LOCK_SECONDS`.
    """
    lock = os.open(home / "run" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise HomeTaken from None
            time.sleep(0.1)
        else:
            return lock


def prepare_serving() -> None:
    """Update the database, message catalogues and static files where they are older than the code."""
    compile_catalogues()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    stamp_path = settings.STATIC_ROOT / ".stamp"
    stamp = static_stamp()
    if not stamp_path.exists() or stamp_path.read_text(encoding="ascii") != stamp:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp_path.write_text(stamp, encoding="ascii")


def static_stamp() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
