"""A keep-alive HTTP connection with little overhead on the measuring side."""

import json
import re
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

LONGEST_WAIT = 30.0
COOKIE = re.compile(rb"(?im)^set-cookie: *([^=\s]+)=([^;\r\n]*)")
LENGTH = re.compile(rb"(?im)^content-length: *(\d+)")
CHUNKED = re.compile(rb"(?im)^transfer-encoding: *chunked")
CLOSES = re.compile(rb"(?im)^connection: *close")


class Connection:
    """The browser of one person: an open socket and its cookies.

    Attributes:
        size, headers: of the last response: bytes of its body, and the names of its headers.
    """

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self.cookies: dict[str, str] = {}
        self.token = ""  # of the API; sent in place of the cookies
        self._socket: socket.socket | None = None
        self._rest = b""
        self.size, self.headers = 0, ""

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Send JSON and return the status and the JSON of the response; None for an empty one.

        Raises:
            OSError: no complete response arrived; the next request opens a new connection.
        """
        status, answer = self._exchange("POST", path, json.dumps(body).encode(), "application/json")
        return status, json.loads(answer) if answer and status < 500 else None

    def get(self, path: str, *headers: str) -> tuple[int, str]:
        """Request a page, with header lines in addition; return the status and the page.

        Raises:
            OSError: as `post`.
        """
        status, answer = self._exchange("GET", path, b"", "", *headers)
        return status, answer.decode()

    def sign_in(self, path: str, name: str, password: str) -> None:
        """Sign in by the form that people use."""
        self._exchange("GET", path, b"", "")
        form = {"username": name, "password": password, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, _ = self._exchange("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert status == 302, f"{name} could not sign in: {status}"

    def close(self) -> None:
        """Close the socket, if it is open."""
        if self._socket:
            with suppress(OSError):
                self._socket.close()
        self._socket, self._rest = None, b""

    def _exchange(self, method: str, path: str, body: bytes, kind: str, *headers: str) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        proof = f"Cookie: {cookies}\r\nX-CSRFToken: {self.cookies.get('csrftoken', '')}"
        if self.token:
            proof = f"Authorization: Bearer {self.token}"
        more = "".join(f"{line}\r\n" for line in headers)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n{proof}\r\n"
            f"{more}Accept: */*\r\nAccept-Language: en\r\n\r\n"
        )
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self.address, LONGEST_WAIT)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(head.encode() + body)
            return self._answer(self._socket)
        except OSError:
            self.close()
            raise

    def _answer(self, opened: socket.socket) -> tuple[int, bytes]:
        received = self._rest
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += _more(opened)
        head, received = received[: end + 2], received[end + 4 :]
        found = LENGTH.search(head)
        if CHUNKED.search(head):
            body, received = _unchunked(opened, received)
            length, received = len(body), body + received
        else:
            length = int(found[1]) if found else 0
        while len(received) < length:
            received += _more(opened)
        self.cookies |= {name.decode(): value.decode() for name, value in COOKIE.findall(head)}
        answer, self._rest = received[:length], received[length:]
        self.size = length
        self.headers = " ".join(sorted(line.split(b":")[0].decode().lower() for line in head.splitlines()[1:]))
        if CLOSES.search(head):
            self.close()
        return int(head[9:12]), answer


def _unchunked(opened: socket.socket, received: bytes) -> tuple[bytes, bytes]:
    """Return a body that comes in chunks, and what was received after it."""
    body = b""
    while True:
        while (end := received.find(b"\r\n")) < 0:
            received += _more(opened)
        size, received = int(received[:end], 16), received[end + 2 :]
        while len(received) < size + 2:
            received += _more(opened)
        body, received = body + received[:size], received[size + 2 :]
        if size == 0:
            return body, received


def _more(opened: socket.socket) -> bytes:
    if chunk := opened.recv(65536):
        return chunk
    raise ConnectionResetError("the server closed the connection")
