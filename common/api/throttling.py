"""How many requests of the API a person may make; one of many labels makes no list of them."""

import time
from collections import Counter

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

clock = time.time


class PerMinute(BaseThrottle):
    """Counts a person's requests in each minute of the clock, in each process by itself."""

    _minute = 0
    _counts: Counter[int | None] = Counter()

    def allow_request(self, request: Request, view: object) -> bool:  # noqa: ARG002 -- DRF's
        """Return whether the person may go on; who has not signed in was turned away before."""
        minute = int(clock() // 60)
        if minute != PerMinute._minute:
            PerMinute._minute = minute
            PerMinute._counts = Counter()
        PerMinute._counts[request.user.pk] += 1
        return PerMinute._counts[request.user.pk] <= settings.API_PER_MINUTE

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return 60 - clock() % 60
