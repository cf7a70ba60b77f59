"""The time of a piece of work: by the clock, without the time in which it waited for a core, and of the processor."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Spent(NamedTuple):
    """Time in ms: by the clock, the same without waiting for a core, and of the processor."""

    wall: float
    server: float
    cpu: float


def timed(work: Callable[[], object]) -> Spent:
    """Do some work once and return its time."""
    start, began, waited = time.perf_counter(), time.process_time(), _waited()
    work()
    wall, cpu = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - began)
    return Spent(wall, wall - (_waited() - waited), cpu)


def median_time(work: Callable[[], object], repeats: int) -> Spent:
    """Do some work several times and return the median of each time."""
    runs = [timed(work) for _ in range(repeats)]
    return Spent(*(statistics.median(each) for each in zip(*runs, strict=True)))


def _waited() -> float:
    """Return how long this thread was ready to run and had no core, in ms."""
    return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e6
