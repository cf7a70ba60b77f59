import threading
import time
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest

from config.web.request_queue import MAX_BODY_BYTES, Environ, RequestQueue, priority_of

PLACE = "/api/v1/assignments/0b9f2a52-0000-4000-8000-000000000000/"
LABELS, END, CLAIM = f"{PLACE}operations/", f"{PLACE}finish/", "/api/v1/corpora/friends/claim/"


class Gates(dict[str, threading.Semaphore]):
    """One semaphore per path. `defaultdict` would make two if two threads asked for a new one at once."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def __missing__(self, path: str) -> threading.Semaphore:
        with self._lock:
            return self.setdefault(path, threading.Semaphore(0))


class Desk:
    """An application that responds on command."""

    def __init__(self, *, timeout: float = 60.0) -> None:
        self.queue = RequestQueue(self.answer, timeout=timeout)
        self.began: list[str] = []
        self.bodies: list[bytes] = []
        self.may_end = Gates()
        self.threads: list[threading.Thread] = []

    def answer(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.began.append(environ["PATH_INFO"])
        self.bodies.append(environ["wsgi.input"].read())
        assert self.may_end[environ["PATH_INFO"]].acquire(timeout=10)
        if environ["PATH_INFO"].endswith("broken/"):
            raise RuntimeError
        start_response("200 OK", [])
        return [b"done"]

    def ask(self, path: str, body: Any = None) -> None:
        source = body or BytesIO(b"{}")
        environ = {"PATH_INFO": path, "CONTENT_LENGTH": "2", "wsgi.input": source}
        before = len(self.began) + self.waiting()
        self.threads.append(threading.Thread(target=self.queue, args=(environ, lambda *_: None), daemon=True))
        self.threads[-1].start()
        if body is None:
            until(lambda: len(self.began) + self.waiting() > before)

    def waiting(self) -> int:
        return len(self.queue._waiting)

    def end_all(self) -> None:
        for path in [LABELS, END, CLAIM, f"{PLACE}heartbeat/", *self.began]:
            self.may_end[path].release(9)
        for thread in self.threads:
            thread.join(timeout=10)
            assert not thread.is_alive()


def until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_interactive_requests_come_first_and_each_kind_in_its_order() -> None:
    desk = Desk()
    for path in (LABELS, f"{PLACE}heartbeat/", LABELS, END, CLAIM):
        desk.ask(path)
    assert desk.began == [LABELS]
    desk.end_all()
    assert desk.began == [LABELS, CLAIM, END, f"{PLACE}heartbeat/", LABELS]
    assert desk.bodies == [b"{}"] * 5


def test_other_pages_do_not_wait() -> None:
    desk = Desk()
    desk.ask(LABELS)
    others = ["/corpora/friends/claim/", f"{PLACE}questions/"]
    for path in others:
        desk.ask(path)
    assert desk.began == [LABELS, *others]
    desk.end_all()


def test_a_slow_connection_delays_no_other_request() -> None:
    class Slow(BytesIO):
        arrives = threading.Event()

        def read(self, size: int | None = -1) -> bytes:
            assert self.arrives.wait(10)
            return super().read(size)

    desk, slow = Desk(), Slow(b"{}")
    desk.ask(LABELS, slow)
    desk.ask(CLAIM)
    assert desk.began == [CLAIM]
    slow.arrives.set()
    until(desk.waiting)
    desk.end_all()
    assert desk.began == [CLAIM, LABELS]


def test_a_request_that_takes_long_holds_the_others_for_a_moment_only() -> None:
    desk = Desk(timeout=0.05)
    desk.ask(LABELS)
    desk.ask(END)
    until(lambda: len(desk.began) == 2)
    desk.queue._timeout = 60
    desk.ask(CLAIM)
    desk.may_end[END].release()
    desk.threads[1].join(timeout=10)
    assert desk.waiting() == 1  # the request that timed out had no turn to release
    desk.end_all()
    assert desk.began == [LABELS, END, CLAIM]


def test_a_failure_lets_the_next_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    monkeypatch.setattr("config.web.request_queue.PRIORITIES", {"broken": 0, "claim": 0})
    desk.ask("/api/v1/broken/")
    desk.ask(CLAIM)
    desk.end_all()
    assert desk.began == ["/api/v1/broken/", CLAIM]


@pytest.mark.parametrize(
    "strange",
    [{"CONTENT_LENGTH": str(MAX_BODY_BYTES + 1)}, {"CONTENT_LENGTH": "two"}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
)
def test_a_body_that_cannot_be_read_in_advance_does_not_queue(strange: dict[str, str]) -> None:
    assert priority_of({"PATH_INFO": CLAIM}) == 0
    assert priority_of({"PATH_INFO": CLAIM} | strange) is None
