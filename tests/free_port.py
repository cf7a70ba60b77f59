"""Ports for servers of tests."""

import contextlib
import random
import socket


def free_port() -> int:
    """Return a free port that the system does not give to the connections of other programs meanwhile."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
