"""Rate limit of the API."""

import time
from collections import Counter
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

clock = time.time


class PerMinute(BaseThrottle):
    """Limits the requests per user and minute, in each process separately.

    DRF's own throttles keep a list of all requests in the cache, which is slow for scripts that label.
    """

    _minute = 0
    _counts: Counter[int | None] = Counter()

    def allow_request(self, request: Any, view: object) -> bool:  # noqa: ARG002 -- DRF's
        """Return whether the user is within the limit; requests without a user were rejected before."""
        minute = int(clock() // 60)
        if minute != PerMinute._minute:
            PerMinute._minute = minute
            PerMinute._counts = Counter()
        PerMinute._counts[request.user.pk] += 1
        return PerMinute._counts[request.user.pk] <= settings.API_PER_MINUTE

    def wait(self) -> float:
        """Return the seconds until the next minute."""
        return 60 - clock() % 60
