"""Set limits, then execute another program: `python -I -S confine.py PARENT CPU MEMORY FILE_SIZE PROGRAM ...`.

A separate process before the program that reads an upload: `preexec_fn` would run Python in a forked copy of a
process that has threads. The kernel kills the program when its parent dies, so a killed worker leaves nothing behind.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
NICENESS = 10  # requests have priority


def main() -> None:
    parent, cpu_s, memory, file_size = (int(word) for word in sys.argv[1:5])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        sys.exit(1)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.execv(sys.argv[5], sys.argv[5:])  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    main()
