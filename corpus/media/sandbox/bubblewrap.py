"""Bubblewrap around a child process, if installed: no network, no other files, no other processes.

An additional layer: the limits of `confine` and the flags of `argv` hold without it.
"""

import functools
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
SHUT = ("--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108 -- a fresh one


def sandboxed(argv: Sequence[str], *, reads: Sequence[Path], writes: Sequence[Path]) -> list[str]:
    """Return `argv` with bubblewrap in front, or unchanged if bubblewrap is missing or not permitted.

    Args:
        argv: absolute path of the program and its arguments.
        reads: files and folders it may read in addition to the system's and the project's own code.
        writes: folders it may write to.
    """
    program = _working_bubblewrap()
    if program is None:
        return list(argv)
    # not all of ROOT, which may contain the database and the secret key
    code = [Path(sys.prefix), Path(sys.base_prefix), ROOT / "corpus", ROOT / "common"]
    itself = [Path(argv[0])] if not Path(argv[0]).is_symlink() else []  # a virtual environment's python is a link
    seen = [*map(Path, SYSTEM), *code, *itself, *reads]
    binds = [word for path in seen for word in ("--ro-bind-try", str(path), str(path))]
    for folder in writes:
        binds += ["--bind", str(folder), str(folder)]
    return [program, *SHUT, *binds, "--chdir", str(ROOT), "--", *argv]


@functools.cache
def _working_bubblewrap() -> str | None:
    """Return the program if it works; inside many containers the kernel refuses it."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    trial = [program, *SHUT, "--ro-bind", "/", "/", "/bin/true"]
    try:
        subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return program
