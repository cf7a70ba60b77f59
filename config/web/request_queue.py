"""The order in which a web process answers what labelling pages ask at one time.

Threads that run Python side by side share one processor's time, so all of them answer late together. Here one request
runs at a time in each process, and what somebody sits and waits for comes first: the next dialogue, then the end of the
last one, and only then labels, which lie in the page's journal and are sent while the person goes on.
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
TURNS = {"claim": 0, "finish": 1, "operations": 2, "heartbeat": 2}  # last part of the path -> its turn, 0 first
PATIENCE = 0.5  # seconds after which a request waits no longer: the one before it may be waiting for a lock itself
LONGEST = 2**20  # bytes of a request that stands in line; what is longer takes its time elsewhere


class Line:
    """A WSGI application that lets the requests of labelling pages into another one by one; all others pass.

    Args:
        application: who answers.
        patience: seconds after which a request goes in though it is not its turn.
    """

    def __init__(self, application: Application, *, patience: float = PATIENCE) -> None:
        self._application, self._patience = application, patience
        self._is_taken = False
        self._lock = Lock()
        self._waiting: list[tuple[int, int, Lock]] = []  # a heap of turn, number and what is released when it comes
        self._numbers = itertools.count()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer, in turn."""
        turn = turn_of(environ)
        if turn is None:
            return self._application(environ, start_response)
        # whole before it stands in line: nobody waits for somebody else's slow connection
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        is_in_turn = self._wait(turn)
        try:
            return self._application(environ, start_response)
        finally:
            if is_in_turn:
                self._call_next()

    def _wait(self, turn: int) -> bool:
        """Wait for one's turn; return False where patience came to an end before."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            called = Lock()
            called.acquire()
            place = (turn, next(self._numbers), called)
            heapq.heappush(self._waiting, place)
        if called.acquire(timeout=self._patience):
            return True
        with self._lock:
            if place not in self._waiting:  # called in this very moment
                return True
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
        return False

    def _call_next(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].release()
            else:
                self._is_taken = False


def turn_of(environ: Environ) -> int | None:
    """Return the turn of a request, 0 first; None where it stands in no line."""
    path: str = environ.get("PATH_INFO", "")
    if not path.startswith(PREFIX):
        return None
    length: str = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > LONGEST:
        return None
    return TURNS.get(path.rstrip("/").rpartition("/")[2])
