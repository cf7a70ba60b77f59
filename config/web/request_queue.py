"""A priority queue for the requests of labelling pages.

Threads of a Python process share one CPU core, so simultaneous requests all become slow together. With the queue, each
process runs one of them at a time. Requests that block the annotator come first: the next dialogue, then the end of
the last one. Answers come last: they are safe in the journal of the page, which sends them in the background.
"""

import heapq
import itertools
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Lock
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

PREFIX = "/api/v1/"
PRIORITIES = {"claim": 0, "finish": 1, "operations": 2, "heartbeat": 2}  # by the last part of the path; 0 is first
TIMEOUT = 0.5  # seconds after which a request no longer waits: the running one may be waiting for a lock itself
MAX_BODY_BYTES = 2**20  # longer requests are not queued


class RequestQueue:
    """WSGI middleware that runs the requests of labelling pages one at a time; others are not queued.

    Args:
        application: the WSGI application.
        timeout: seconds after which a request runs without its turn.
    """

    def __init__(self, application: Application, *, timeout: float = TIMEOUT) -> None:
        self._application, self._timeout = application, timeout
        self._is_busy = False
        self._lock = Lock()
        self._waiting: list[tuple[int, int, Lock]] = []  # heap of (priority, number, lock to release)
        self._numbers = itertools.count()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Run the request when its turn comes."""
        priority = priority_of(environ)
        if priority is None:
            return self._application(environ, start_response)
        # read the body before queueing: no request waits for the slow connection of another one
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        has_turn = self._wait(priority)
        try:
            return self._application(environ, start_response)
        finally:
            if has_turn:
                self._call_next()

    def _wait(self, priority: int) -> bool:
        """Wait for a turn; return False on timeout."""
        with self._lock:
            if not self._is_busy:
                self._is_busy = True
                return True
            turn = Lock()
            turn.acquire()
            entry = (priority, next(self._numbers), turn)
            heapq.heappush(self._waiting, entry)
        if turn.acquire(timeout=self._timeout):
            return True
        with self._lock:
            if entry not in self._waiting:  # its turn came just now
                return True
            self._waiting.remove(entry)
            heapq.heapify(self._waiting)
        return False

    def _call_next(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].release()
            else:
                self._is_busy = False


def priority_of(environ: Environ) -> int | None:
    """Return the priority of a request, 0 first; None if it is not queued."""
    path: str = environ.get("PATH_INFO", "")
    if not path.startswith(PREFIX):
        return None
    length: str = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        return None
    return PRIORITIES.get(path.rstrip("/").rpartition("/")[2])
