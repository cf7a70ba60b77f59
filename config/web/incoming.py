"""Reception of one HTTP request, piece by piece as it arrives, until it is complete.

Only the frame is read here: where the request ends. A request without a clear end is refused; gunicorn's parser reads
and checks the complete request.
"""

import re
import tempfile
from collections.abc import Iterator
from typing import IO

END = b"\r\n\r\n"
MAX_HEAD = 64 * 1024  # bytes
IN_MEMORY = 64 * 1024  # bytes of a body; a longer one goes to a file
PIECE = 256 * 1024
EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(.*?)[ \t]*(?=\r\n)", re.IGNORECASE | re.DOTALL)
DIGITS = re.compile(rb"[0-9]+")
MAX_DIGITS = 18  # without leading zeros: more are larger than any limit
CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class Unacceptable(Exception):  # noqa: N818 -- a refusal
    """A request that is refused before it is complete; `status` is the status line's."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class Incoming:
    """One request on its way.

    Args:
        start: bytes that arrived with the request before.
        most: largest accepted body, in bytes.
        folder: for bodies that do not stay in memory; None: the system's temporary folder.
    """

    def __init__(self, start: bytes = b"", *, most: int, folder: str | None = None) -> None:
        self.most, self.folder = most, folder
        self.received = 0  # bytes of this request so far
        self.waits_for_continue = False
        self.is_complete = False
        self.rest = b""  # of the next request
        self._head = bytearray()
        self.has_head = False
        self._missing = 0
        self._body: IO[bytes] | None = None
        self._begin = b""
        if start:
            self.feed(start)

    @property
    def has_begun(self) -> bool:
        """Whether anything has arrived."""
        return self.received > 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            Unacceptable: the request is refused.
        """
        self.received += len(data)
        if self.has_head:
            self._take_body(data)
            return
        searched = max(0, len(self._head) - len(END))
        self._head += data
        if not searched:  # empty lines before a request are allowed
            while self._head.startswith(b"\r\n"):
                del self._head[:2]
        end = self._head.find(END, searched)
        if end < 0:
            if len(self._head) > MAX_HEAD:
                raise Unacceptable("431 Request Header Fields Too Large")
            return
        head, after = bytes(self._head[: end + len(END)]), bytes(self._head[end + len(END) :])
        self.has_head = True
        self._read_head(head)
        self._take_body(after)

    def _read_head(self, head: bytes) -> None:
        if CODED.search(head):
            raise Unacceptable("411 Length Required")  # Django does not read bodies without a length
        self._missing = self._length(head)
        if self._missing:
            self.waits_for_continue = bool(EXPECT.search(head))
            self._body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=self.folder)  # noqa: SIM115 -- `close` closes it
        self._begin = EXPECT.sub(b"", head)

    def _length(self, head: bytes) -> int:
        lengths = LENGTH.findall(head)
        if not lengths:
            return 0
        # a body whose end is not clear would be taken for the next request
        if len(lengths) > 1 or not DIGITS.fullmatch(lengths[0]):
            raise Unacceptable("400 Bad Request")
        digits = lengths[0].lstrip(b"0") or b"0"
        if len(digits) > MAX_DIGITS or int(digits) > self.most:
            raise Unacceptable("413 Content Too Large")
        return int(digits)

    def _take_body(self, data: bytes) -> None:
        if self._body is not None and self._missing:
            self._body.write(data[: self._missing])
        data, self._missing = data[self._missing :], max(0, self._missing - len(data))
        if not self._missing:
            self.is_complete = True
            self.rest += data

    @property
    def head(self) -> bytes:
        """The request line and the headers, once they are complete."""
        return self._begin

    @property
    def missing(self) -> int:
        """Bytes of the body that have not arrived, once the head is complete."""
        return self._missing

    def pieces(self) -> Iterator[bytes]:
        """Return the complete request."""
        yield self._begin
        if self._body is not None:
            self._body.seek(0)
            while piece := self._body.read(PIECE):
                yield piece

    def close(self) -> None:
        """Remove the file of the body."""
        if self._body is not None:
            self._body.close()
