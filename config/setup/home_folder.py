"""The folder that holds everything of one Concord: made, locked, and filled with what serving needs."""

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


class HomeTaken(Exception):  # noqa: N818 -- told to the person who starts a second one
    """Another Concord runs on this home."""


def prepare_home(home: Path) -> None:
    """Make the folders, for their owner only, and the secret key.

    Raises:
        OSError: the home cannot be written.
    """
    for folder in (home, home / "run", home / "logs", settings.MEDIA_ROOT, settings.WORK_DIR):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    prepare_socket_folder(socket_path(home))
    ensure_secret_key()


def lock_home(home: Path) -> int:
    """Take the home's lock and return its descriptor, for the children to hold as well.

    So a start after a kill -9 waits until the last child of the killed one has ended.

    Raises:
        HomeTaken: it is still held after `LOCK_SECONDS`.
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
    """Bring database, message catalogues and static files up to the code, doing only what is out of date."""
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
