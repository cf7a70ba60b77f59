"""Processes that end with the one that started them, so that kill -9 of a parent leaves no orphan."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int, number: signal.Signals) -> None:
    """Have the kernel send `number` to this process when the thread that forked it ends.

    Does nothing outside Linux. To be called in the child.

    Args:
        parent: process id of the parent, which may have died before the call.
        number: SIGKILL where a process could take its time over anything softer.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
