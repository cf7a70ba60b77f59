import os
import socket
import tempfile
from collections.abc import Iterator

import pytest

from config.web.outgoing import AT_ONCE, Outgoing

SIZE = 8 * AT_ONCE


@pytest.fixture
def connection() -> Iterator[Outgoing]:
    server, client = socket.socketpair()
    server.settimeout(0)
    with server, client:
        sender = Outgoing(server)
        yield sender
        sender.discard()


def flush_until_sent(connection: Outgoing) -> None:
    while connection.is_pending:
        connection.flush()


def test_a_fast_client_of_a_large_file_leaves_others_their_turn(
    connection: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sendfile", lambda _out, _file, _offset, count: count)
    with tempfile.TemporaryFile() as film:
        film.truncate(SIZE)
        connection.sendfile(film, 0, SIZE)
    flushes = 0
    while connection.is_pending:
        before = connection.sent
        connection.flush()
        flushes += 1
        assert 0 < connection.sent - before <= AT_ONCE
    assert connection.sent == SIZE
    assert flushes == 8


def test_a_file_that_became_shorter_breaks_the_connection(connection: Outgoing) -> None:
    with tempfile.TemporaryFile() as film:
        film.truncate(10)
        connection.sendfile(film, 0, 10)
        os.truncate(film.fileno(), 5)
        with pytest.raises(OSError, match="shorter"):
            flush_until_sent(connection)
