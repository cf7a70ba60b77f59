"""Django's PostgreSQL, which asks a kept connection less often whether it still works."""

import time

from django.db.backends.postgresql import base

TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that was checked very recently is not checked again.

    Django checks before the first query of each request, which under load is one query in ten. If the server goes away
    in between, the first query that fails reveals it.
    """

    health_check_done: bool
    _asked_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        """Close a connection that no longer works."""
        if self.health_check_done or self.connection is None:
            return
        now = time.monotonic()
        if now - self._asked_at < TRUSTED_SECONDS:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._asked_at = now
