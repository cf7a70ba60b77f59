"""Transactions of jobs on many cases, which give way to whoever holds one of these.

Annotators and moves of answers lock cases one by one in any order, so a job that waited for them could wait for ever.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

TRIES = 20
PAUSE_SECONDS = 0.5
LOCK_TIMEOUT_MS = 300

T = TypeVar("T")


def wait_briefly() -> None:
    """Make the present transaction fail if it waits for a lock for longer than `LOCK_TIMEOUT_MS`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}")


def giving_way(work: Callable[[], T]) -> T:
    """Return the result of `work`, a transaction that calls `wait_briefly`; try again if it waited too long.

    Raises:
        OperationalError: it waited too long `TRIES` times, or within another transaction.
    """
    for _ in range(TRIES):
        try:
            return work()
        except OperationalError:
            if connection.in_atomic_block:
                raise
            time.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311 -- no secret
    return work()
