"""Sending of a response to a client that may read slowly: what does not fit into the socket waits here."""

import os
import socket
import tempfile
from collections import deque
from typing import IO, Any

from django.conf import settings

IN_MEMORY = 1024 * 1024  # bytes of a response; more goes to a file
TOGETHER = 64 * 1024  # bytes that are sent together: usually the whole response
PIECE = 256 * 1024
AT_ONCE = 2 * 1024 * 1024  # bytes after which others have their turn, however fast a client reads


class Outgoing:
    """A buffer that takes a response from gunicorn in place of the socket, and never waits for the client.

    Args:
        sock: the socket, which does not block.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sent = 0  # bytes since the connection began
        self._memory = bytearray()
        self._files: deque[tuple[IO[bytes], int, int]] = deque()  # file, offset, number of bytes
        self._spool: IO[bytes] | None = None  # the last of the files, if it may still grow

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)

    @property
    def is_pending(self) -> bool:
        """Whether something is left to send."""
        return bool(self._memory or self._files)

    def sendall(self, data: bytes) -> None:
        """Take bytes of the response."""
        if not self._files and len(self._memory) + len(data) <= TOGETHER:
            self._memory += data
            return
        self.flush()
        view = memoryview(data)
        if not self.is_pending:
            view = view[self._try(view) :]
        if not view:
            return
        if not self._files and len(self._memory) + len(view) <= IN_MEMORY:
            self._memory += view
            return
        if self._spool is None:
            folder = settings.FILE_UPLOAD_TEMP_DIR
            self._spool = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 -- closed when it is sent
            self._files.append((self._spool, 0, 0))
        file, offset, count = self._files.pop()
        file.seek(offset + count)
        file.write(view)
        file.flush()
        self._files.append((file, offset, count + len(view)))

    send = sendall

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int = 0) -> int:
        """Take a part of a file as part of the response; the file may be closed afterwards."""
        self._files.append((os.fdopen(os.dup(file.fileno()), "rb"), offset, count))
        self._spool = None
        return count

    def flush(self) -> None:
        """Send what the client takes now, about `AT_ONCE` at most.

        Raises:
            OSError: the connection is broken.
        """
        end = self.sent + AT_ONCE
        while self._memory and self.sent < end:
            number = self._try(memoryview(self._memory)[:PIECE])
            if not number:
                return
            del self._memory[:number]
        while self._files and self.sent < end:
            file, offset, count = self._files[0]
            try:
                number = os.sendfile(self.sock.fileno(), file.fileno(), offset, min(count, 2**20)) if count else 0
            except BlockingIOError:
                return
            self.sent += number
            if number and number < count:
                self._files[0] = file, offset + number, count - number
                continue
            self._files.popleft()  # sent, or the file has become shorter
            file.close()
            if file is self._spool:
                self._spool = None
            if number < count:
                raise OSError("a file became shorter while it was sent")

    def _nothing(self, *_: object) -> bytes:
        """Do nothing; gunicorn would close the socket here, but the main loop closes it when all is sent."""
        return b""

    shutdown = settimeout = recv = close = _nothing

    def discard(self) -> None:
        """Forget what is left."""
        self._memory.clear()
        while self._files:
            self._files.popleft()[0].close()
        self._spool = None

    def _try(self, view: memoryview) -> int:
        try:
            number = self.sock.send(view)
        except BlockingIOError:
            return 0
        self.sent += number
        return number
