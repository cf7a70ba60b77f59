"""gunicorn's threaded worker, changed so that a thread never waits for a client.

gunicorn's own worker reads a request and writes its response in a thread: as many slow clients as there are threads
stop it, and they need no account. Here the main loop receives a request until it is complete, and sends what a client
has not taken yet; threads only run the application. A client that is too slow is disconnected.
"""

import contextlib
import errno
import resource
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from django.conf import settings
from gunicorn import http
from gunicorn.workers.gthread import ThreadWorker

from config.web.connection import Connection
from config.web.incoming import Incoming, Unacceptable
from config.web.thread_stack import ThreadStack

HEAD_SECONDS = 15.0  # from the first byte of a request to the end of its head
BODY_SECONDS = 30.0  # a body must progress by WINDOW_BYTES in each such time: half a kilobyte a second
RESPONSE_SECONDS = 120.0  # and a response; a player that pauses reads nothing for a while
WINDOW_BYTES = 16 * 1024
LINGER_SECONDS = 2.0  # a closed connection discards what still arrives, so that the client can read the response
SWEEP_SECONDS = 0.5
PIECE = 256 * 1024
GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)
WAITING = 512  # requests that wait for a thread, in addition to one per thread; further ones get a 503
WAITING_EACH = 384  # of one address: 64 browsers behind one router, with six connections each
PATIENCE_SECONDS = 1.0  # after which a client may have gone before its request is run
SLACK = 2**20  # of an upload's form around its file
LARGE = 2**20  # bytes; a body up to here is received from everybody


class BufferingWorker(ThreadWorker):  # type: ignore[misc]  # untyped package
    """See above."""

    def init_process(self) -> None:
        """Set up the worker in its process."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4 * self.worker_connections
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
        self.connections: dict[Connection, None] = {}  # in the order of their arrival
        # behind a proxy, all clients have its address
        each = None if settings.PROXIES else WAITING_EACH
        self.threads = ThreadStack(self.cfg.threads, most=WAITING + self.cfg.threads, each=each)
        self._swept = 0.0
        super().init_process()

    def _next_request(self) -> Incoming:
        folder = settings.FILE_UPLOAD_TEMP_DIR
        return Incoming(most=settings.MAX_EPISODE_BYTES + SLACK, folder=str(folder) if folder else None)

    # --- the main loop -----------------------------------------------------------------------------------------
    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; make room for it if there are too many."""
        try:
            sock, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError, InterruptedError):
            return
        if self.nr_conns >= self.worker_connections - 1:
            self._disconnect_one()
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(
            sock, client, listener.getsockname(), time.monotonic() + HEAD_SECONDS, self._next_request()
        )
        self.nr_conns += 1
        self.connections[connection] = None
        self.poller.register(sock, selectors.EVENT_READ, partial(self._read, connection))

    def murder_keepalived(self, force: bool = False) -> None:
        """Disconnect idle and slow clients; all if forced. The main loop calls this about once a second."""
        now = time.monotonic()
        if not force and now < self._swept + SWEEP_SECONDS:
            return
        self._swept = now
        for connection in list(self.connections):
            if connection.phase == "thread":
                continue
            if force or now >= connection.deadline:
                self._expire(connection, now)

    def murder_pending(self) -> None:
        """Do nothing: `murder_keepalived` looks at every connection."""

    def _cap_keepalive(self, deadline: float) -> None:
        for connection in self.connections:
            if connection.phase == "request" and not connection.incoming.has_begun:
                connection.deadline = min(connection.deadline, deadline)

    def _expire(self, connection: Connection, now: float) -> None:
        incoming = connection.incoming
        has_window = connection.phase == "response" or (connection.phase == "request" and incoming.has_head)
        if self.alive and has_window and connection.progress - connection.seen >= WINDOW_BYTES:
            self._open_window(connection, now)
        elif connection.phase == "request" and incoming.has_begun:
            self._refuse(connection, "408 Request Timeout")
        else:
            self._drop(connection)

    def _open_window(self, connection: Connection, now: float) -> None:
        seconds = RESPONSE_SECONDS if connection.phase == "response" else BODY_SECONDS
        connection.seen, connection.deadline = connection.progress, now + seconds

    def _disconnect_one(self) -> None:
        """Make room: disconnect the oldest connection, in no thread, of the address that has most connections."""
        oldest: dict[str, Connection] = {}
        for each in self.connections:
            if each.phase != "thread":
                oldest.setdefault(each.address, each)
        for address, _ in Counter(each.address for each in self.connections).most_common():
            if address in oldest:
                self._drop(oldest[address])
                return

    def _read(self, connection: Connection, _sock: socket.socket) -> None:
        """Receive what has arrived, and give a complete request to a thread."""
        try:
            data = connection.sock.recv(PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
        elif connection.phase == "request":
            self._feed(connection, data)

    def _feed(self, connection: Connection, data: bytes) -> None:
        incoming, now = connection.incoming, time.monotonic()
        if not incoming.has_begun:
            connection.deadline = now + HEAD_SECONDS
        had_head = incoming.has_head
        try:
            incoming.feed(data)
        except Unacceptable as refused:
            self._refuse(connection, refused.status)
            return
        except OSError:  # the disk is full
            self._refuse(connection, "507 Insufficient Storage")
            return
        if incoming.is_complete:
            self._submit(connection, self._run)
        elif incoming.has_head and not had_head:
            self._open_window(connection, now)
            if incoming.missing > LARGE:
                self._submit(connection, self._admit)  # until it is admitted, nothing more is read
            elif incoming.waits_for_continue:
                self._allow(connection)

    def _allow(self, connection: Connection) -> None:
        """Tell a client that waits for it to send the body."""
        connection.out.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._flush(connection)

    def _submit(self, connection: Connection, task: Callable[[Connection], None]) -> None:
        """Give the connection to a thread, or refuse the request if too many wait."""
        connection.asked = time.monotonic()
        if self.threads.submit(partial(task, connection), connection.address):
            self.poller.unregister(connection.sock)
            connection.phase = "thread"
        else:
            self._refuse(connection, "503 Service Unavailable", "Retry-After: 1\r\n")

    def _refuse(self, connection: Connection, status: str, header: str = "") -> None:
        """Respond without the application and end the connection."""
        connection.keeps = False
        rest = f"{header}Connection: close\r\nContent-Length: 0\r\n\r\n"
        connection.out.sendall(f"HTTP/1.1 {status}\r\n{rest}".encode())
        self.poller.unregister(connection.sock)
        self._respond(connection)

    # --- in a thread ---------------------------------------------------------------------------------------------
    def _admit(self, connection: Connection) -> None:
        # gunicorn imports this module before the application, hence before there are models
        from config.web.large_bodies import refusal

        try:
            status = refusal(connection.incoming.head, connection.incoming.missing)
        except Exception:
            self.log.exception("A large body could not be checked.")
            status = "503 Service Unavailable"
        self.method_queue.defer(self._admitted, connection, status)

    def _run(self, connection: Connection) -> None:
        if time.monotonic() - connection.asked >= PATIENCE_SECONDS and connection.has_gone:
            self.method_queue.defer(self._drop, connection)
            return
        connection.keeps = self.handle(connection)
        with contextlib.suppress(OSError):  # the main loop meets the error again
            connection.out.flush()
        self.method_queue.defer(self._respond, connection)

    def handle(self, connection: Connection) -> bool:
        """Run the application for a complete request; return whether the connection stays open."""
        request = None
        parser = http.get_parser(self.cfg, connection.incoming.pieces(), connection.client)
        parser.req_count = connection.requests
        connection.requests += 1
        try:
            request = next(parser)
            keeps: bool = self.handle_request(request, _Wrapped(connection))
        except (http.errors.NoMoreData, StopIteration):
            return False
        except OSError as error:
            if error.errno not in GONE:
                self.log.exception("Socket error processing request.")
            return False
        except Exception as error:  # noqa: BLE001 -- gunicorn logs it and responds
            self.handle_error(request, connection.out, connection.client, error)
            return False
        return keeps

    # --- the main loop, after a thread ------------------------------------------------------------------------------
    def _admitted(self, connection: Connection, status: str) -> None:
        """Receive a large body, or refuse it."""
        connection.phase = "request"
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._read, connection))
        if status:
            self._refuse(connection, status)
            return
        self._open_window(connection, time.monotonic())
        if connection.incoming.waits_for_continue:
            self._allow(connection)

    def _respond(self, connection: Connection) -> None:
        """Send the rest of a response; the thread is free already."""
        connection.phase = "response"
        connection.incoming.close()
        if self._flush(connection):
            self._continue(connection)
        elif connection in self.connections:
            self._open_window(connection, time.monotonic())
            self.poller.register(connection.sock, selectors.EVENT_WRITE, partial(self._write, connection))

    def _write(self, connection: Connection, _sock: socket.socket) -> None:
        if self._flush(connection):
            self.poller.unregister(connection.sock)
            self._continue(connection)

    def _flush(self, connection: Connection) -> bool:
        """Send what the client takes now; return whether that was everything."""
        if connection not in self.connections:
            return False  # an earlier event of the same moment
        try:
            connection.out.flush()
        except OSError:
            self._drop(connection)
            return False
        return not connection.out.is_pending

    def _continue(self, connection: Connection) -> None:
        """Wait for the next request after a response, or end the connection."""
        if connection.keeps and self.alive:
            self._await_next(connection)
        else:
            self._end(connection)

    def _await_next(self, connection: Connection) -> None:
        rest = connection.incoming.rest
        connection.incoming = self._next_request()
        connection.phase, connection.deadline = "request", time.monotonic() + self.cfg.keepalive
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._read, connection))
        if rest:
            self._feed(connection, rest)

    def _end(self, connection: Connection) -> None:
        """Close the connection after what the client has sent, so that no reset destroys the response."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        connection.phase, connection.deadline = "end", time.monotonic() + LINGER_SECONDS
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self._read, connection))

    def _drop(self, connection: Connection) -> None:
        if connection not in self.connections:
            return
        del self.connections[connection]
        self.nr_conns -= 1
        with contextlib.suppress(KeyError, ValueError):  # it was not registered
            self.poller.unregister(connection.sock)
        connection.close()


class _Wrapped:
    """A connection as gunicorn's `handle_request` expects it."""

    def __init__(self, connection: Connection) -> None:
        self.sock, self.client, self.server = connection.out, connection.client, connection.server
