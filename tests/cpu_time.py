"""CPU time of this process, for tests of growth: other processes do not change it much."""

import gc
import time
from collections.abc import Callable

BLOW_UP = 60  # seconds of CPU time; only work that grows with the square of large inputs takes longer


def cpu_time(work: Callable[[], object]) -> float:
    """Return the CPU time of a call in seconds, without the garbage collector.

    A full collection takes a second after thousands of tests, whatever the work is.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        if was_enabled:
            gc.enable()
