"""Work on another connection that begins in the middle of a function."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

LONGEST_SECONDS = 120  # until `work` has ended or waits for a lock; a busy machine takes long
BUSY_SECONDS = 1  # SQLite does not report which connection waits


@contextmanager
def beside(module: Any, name: str, work: Callable[[], None]) -> Iterator[None]:
    """Start `work` on another connection at the first call of a function, and delay that call.

    On PostgreSQL, the call goes on when `work` has ended or waits for a lock, so the test notices a missing lock on a
    busy machine as well. SQLite allows one writer at a time; there the call goes on after `BUSY_SECONDS`.
    """
    called: Callable[..., Any] = getattr(module, name)
    errors: list[BaseException] = []
    backend: list[int] = []

    def on_its_own() -> None:
        try:
            if connection.vendor == "postgresql":
                backend.append(_value("SELECT pg_backend_pid()"))
            work()
        except BaseException as error:  # noqa: BLE001 -- raised below
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=on_its_own)

    def first(*args: Any, **options: Any) -> Any:
        if not thread.ident:
            thread.start()
            _wait(thread, backend)
        return called(*args, **options)

    with patch.object(module, name, first):
        yield
    assert thread.ident, "the function was not called"
    thread.join()
    assert not errors, errors


def _wait(thread: threading.Thread, backend: list[int]) -> None:
    """Wait until the thread has ended or its connection waits for a lock."""
    if not connection.in_atomic_block:
        thread.join(LONGEST_SECONDS)  # nothing is locked
        return
    if connection.vendor != "postgresql":
        thread.join(BUSY_SECONDS)
        return
    end = time.monotonic() + LONGEST_SECONDS
    while thread.is_alive() and not (backend and _waits(backend[0])):
        assert time.monotonic() < end, "the other connection neither ended nor waits for a lock"
        thread.join(0.05)


def _waits(backend: int) -> bool:
    return bool(_value("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", backend))


def _value(query: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        row = cursor.fetchone()
    assert row
    return int(row[0])
