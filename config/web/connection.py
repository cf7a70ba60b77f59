"""A client's connection to the web server."""

import contextlib
import socket
import struct
from typing import Any

from config.web.incoming import Incoming
from config.web.outgoing import Outgoing


class Connection:
    """A client's connection. `phase` is what the main loop waits for: "request", "response", "end" or "thread"."""

    def __init__(self, sock: socket.socket, client: Any, server: Any, deadline: float, incoming: Incoming) -> None:
        sock.settimeout(0)
        self.sock, self.client, self.server = sock, client, server
        self.out = Outgoing(sock)
        self.incoming = incoming
        self.phase, self.keeps, self.requests = "request", True, 0
        self.deadline = deadline
        self.seen = 0  # bytes at the start of the window
        self.asked = 0.0  # when the request was complete

    @property
    def progress(self) -> int:
        """Bytes received of the request, or sent of the response."""
        return self.out.sent if self.phase == "response" else self.incoming.received

    @property
    def address(self) -> str:
        """The address of the client, for the fair choice of whom to disconnect."""
        return str(self.client[0]) if isinstance(self.client, tuple) else ""

    @property
    def has_gone(self) -> bool:
        """Whether the client has closed the connection after its request."""
        try:
            return self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Close the connection; with a reset if a part of the response is left, so that the system forgets the rest."""
        if self.out.is_pending:
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.incoming.close()
        self.out.discard()
        self.sock.close()
