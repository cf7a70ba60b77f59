"""Limit of the requests of visitors without an account, per address and minute, in each process separately."""

import time
from collections import Counter

PER_MINUTE = 60
clock = time.time


class VisitorLimit:
    """Counts the requests of the present minute.

    Args:
        per_minute: requests that an address may make.
    """

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def allows(self, address: str) -> bool:
        """Count a request and return whether it is within the limit."""
        minute = int(clock() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[address] += 1
        return self._counts[address] <= self._per_minute

    def wait(self) -> int:
        """Return the seconds until the next minute."""
        return 60 - int(clock() % 60)
