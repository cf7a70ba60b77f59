"""Work on another connection that begins in the middle of a function."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection


@contextmanager
def beside(module: Any, name: str, work: Callable[[], None]) -> Iterator[None]:
    """Start `work` on another connection when a function is called first, and give it a moment before the call.

    SQLite lets nobody else write meanwhile; `work` then follows.
    """
    called: Callable[..., Any] = getattr(module, name)
    errors: list[BaseException] = []

    def on_its_own() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 -- raised below
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=on_its_own)

    def first(*args: Any, **options: Any) -> Any:
        if not thread.ident:
            thread.start()
            time.sleep(1)
        return called(*args, **options)

    with patch.object(module, name, first):
        yield
    assert thread.ident, "the function was not called"
    thread.join()
    assert not errors, errors
