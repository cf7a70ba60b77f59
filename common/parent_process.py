"""Child processes that end with their parent, even after kill -9."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int, number: signal.Signals) -> None:
    """Have the kernel send `number` to this process when the thread that forked it ends.

    Call it in the child. Does nothing outside Linux.

    Args:
        parent: process id of the parent, which may have died before the call.
        number: the signal; SIGKILL for processes that end slowly on others.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
