"""The web server against slow clients, over real sockets."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from config.processes.services import WEB_OPTIONS
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
CLIENTS = 200
TIMEOUT = 20  # seconds without any byte, for every socket
SOON = 10  # seconds; the slow clients have a minute
START_SECONDS = 60
START = b"GET / HTTP/1.1\r\nHost: x\r\n"
SLEEP = b"GET /sleep HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# deadlines of seconds instead of minutes, and a worker that accepts fewer connections
SHORT = """
import django
from config.web import worker
django.setup()
from config.web import large_bodies
worker.WAITING_EACH, worker.PATIENCE_SECONDS = {each}, {patience}
worker.HEAD_SECONDS = {seconds}
worker.BODY_SECONDS = worker.RESPONSE_SECONDS = {seconds}
large_bodies.refusal = lambda head, length: "" if b"Cookie: " in head else "401 Unauthorized"
from tests.config.web.slow_clients_app import application
"""


class Server:
    def __init__(self, folder: Path, seconds: float, *options: str, each: int = 384, patience: float = 1) -> None:
        (folder / "app.py").write_text(SHORT.format(seconds=seconds, each=each, patience=patience))
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "gunicorn", "app:application", "--bind", f"127.0.0.1:{self.port}"]
        usual = [*WEB_OPTIONS, "--workers", "1", "--threads", "4", *options]
        environment = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *usual], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with suppress(OSError):
                self.connect().close()
                return
            time.sleep(0.1)
        self.process.kill()
        self.process.wait(TIMEOUT)
        raise AssertionError((folder / "log").read_text())

    def connect(self, address: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT, (address, 0))

    def ask(
        self, path: str = "/", body: bytes | None = None, timeout: float = TIMEOUT, **headers: str
    ) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with closing(connection):
            connection.request("POST" if body is not None else "GET", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(TIMEOUT)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    servers: dict[tuple[object, ...], Server] = {}

    def start(seconds: float = 60, *options: str, **limits: int) -> Server:
        key = (seconds, *options, *limits.items())
        if key not in servers or servers[key].process.poll() is not None:
            servers[key] = Server(tmp_path_factory.mktemp("web"), seconds, *options, **limits)
        return servers[key]

    yield start
    for server in servers.values():
        if server.process.poll() is None:
            server.stop()


def everything(client: socket.socket) -> bytes:
    """Return what a client receives until the end of its connection."""
    end, received = time.monotonic() + 2 * TIMEOUT, b""
    while piece := client.recv(2**16):
        received += piece
        assert time.monotonic() < end
    return received


SENT = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": START,
    "half a body": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n12345",
    "half a large body": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + b"1" * 100_000,
    "a request, then nothing": START + b"\r\n",
    "requests for what is not read": b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n" * 2,
}


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_two_hundred_slow_clients_delay_nobody(serve: Callable[..., Server], sent: bytes) -> None:
    server = serve()
    clients = [server.connect() for _ in range(CLIENTS)]
    for client in clients:
        client.sendall(sent)
    time.sleep(0.3)
    assert server.ask(timeout=SOON) == (200, b"127.0.0.1")
    for client in clients:
        client.close()


def test_two_hundred_clients_that_drip_delay_nobody(serve: Callable[..., Server]) -> None:
    server, ended = serve(), threading.Event()
    clients = [server.connect() for _ in range(CLIENTS)]
    for number, client in enumerate(clients):
        client.sendall(SENT["half a body"] if number % 2 else SENT["half a head"])

    def drip() -> None:
        while not ended.wait(0.05):
            for client in clients:
                client.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        for _ in range(5):
            assert server.ask(timeout=SOON)[0] == 200
            time.sleep(0.1)
    finally:
        ended.set()
        dripping.join()
        for client in clients:
            client.close()


@pytest.mark.parametrize("sent", ["half a head", "half a body", "half a large body"])
def test_a_request_that_stalls_is_refused(serve: Callable[..., Server], sent: str) -> None:
    server = serve(1)
    client = server.connect()
    began = time.monotonic()
    client.sendall(SENT[sent])
    answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began >= 1
    client.close()


def test_a_client_that_sends_or_reads_nothing_is_disconnected(serve: Callable[..., Server]) -> None:
    server = serve(1)
    silent, reader = server.connect(), server.connect()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(SENT["requests for what is not read"])
    assert silent.recv(1) == b""
    time.sleep(3)
    with pytest.raises(ConnectionResetError):  # nor does the system keep anything for it
        everything(reader)
    silent.close()
    reader.close()


def test_a_slow_upload_that_progresses_succeeds(serve: Callable[..., Server]) -> None:
    client = serve(2).connect()
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n")
    for _ in range(10):  # five seconds: longer than any deadline
        client.sendall(b"\1" * 20_000)
        time.sleep(0.5)
    assert client.recv(1000).endswith(b"200000 200000")
    client.close()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_537, 3_000_000])
def test_bodies_of_all_sizes_arrive_whole(serve: Callable[..., Server], size: int) -> None:
    server = serve()
    assert server.ask("/echo", b"\2" * size, Cookie="of a person") == (200, f"{size} {2 * size}".encode())


@pytest.mark.parametrize("expects", [b"", b"Expect: 100-continue\r\n"], ids=["at once", "waiting"])
def test_a_large_body_without_an_account_is_refused_before_it_is_received(
    serve: Callable[..., Server], expects: bytes
) -> None:
    client = serve().connect()
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\n" + expects + b"Content-Length: 900000000\r\n\r\n")
    answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 401 ")
    client.close()


@pytest.mark.parametrize(("path", "size"), [("/large", 8_000_000), ("/file", 30_000_000), ("/stream", 10_000_000)])
def test_a_slow_reader_gets_everything_and_the_connection_stays_open(
    serve: Callable[..., Server], path: str, size: int
) -> None:
    server = serve()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT)
    connection.connect()
    connection.auto_open = 0
    for _ in range(2):
        connection.request("GET", path)
        response = connection.getresponse()
        received = 0
        while piece := response.read(1_000_000):
            received += len(piece)
            time.sleep(0.01)
        assert received == size
    connection.close()


@pytest.mark.parametrize("length", [b"3", b"03", b"0000000000000000000000003", b" \t3 "])
def test_a_length_may_have_leading_zeros(serve: Callable[..., Server], length: bytes) -> None:
    client = serve().connect()
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length:" + length + b"\r\n\r\n\1\2\3")
    client.sendall(START + b"Connection: close\r\n\r\n")
    answer = everything(client)
    assert answer.count(b"HTTP/1.1 200 ") == answer.count(b"HTTP/1.1 ") == 2
    assert b"\r\n\r\n3 6" in answer
    client.close()


def test_requests_on_one_connection_are_answered_in_order(serve: Callable[..., Server]) -> None:
    client = serve().connect()
    client.sendall(
        START
        + b"\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\1\2\3"
        + START
        + b"Connection: close\r\n\r\n"
    )
    answer = everything(client)
    bodies = [part.partition(b"HTTP/1.1")[0] for part in answer.split(b"\r\n\r\n")[1:]]
    assert bodies == [b"127.0.0.1", b"3 6", b"127.0.0.1"]
    client.close()


def test_a_client_may_wait_for_permission_to_send(serve: Callable[..., Server]) -> None:
    client = serve().connect()
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    client.sendall(head)
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"\1\1")
    answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"2 2")
    client.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\n3\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nGET / HTTP/1.1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"413"),
        (START + b"A: " + b"a" * 70_000, b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_a_request_without_a_clear_end_is_refused(serve: Callable[..., Server], sent: bytes, status: bytes) -> None:
    client = serve().connect()
    client.sendall(sent)
    answer = everything(client)
    assert answer[9:12] == status
    assert answer.count(b"HTTP/1.1 ") == 1
    client.close()


def test_too_many_connections_end_the_oldest_of_whoever_has_most(serve: Callable[..., Server]) -> None:
    server = serve(60, "--worker-connections", "50")
    clients = [server.connect() for _ in range(120)]
    time.sleep(0.5)
    assert server.ask(timeout=SOON)[0] == 200
    assert clients[0].recv(1) == b""
    clients[-1].sendall(START + b"\r\n")
    assert clients[-1].recv(1000).startswith(b"HTTP/1.1 200 ")
    for client in clients:
        client.close()


def test_an_address_with_too_many_waiting_requests_is_refused_and_others_have_their_turn(
    serve: Callable[..., Server],
) -> None:
    server = serve(60, "--threads", "1", each=4, patience=0)
    clients = [server.connect() for _ in range(8)]
    for client in clients:
        client.sendall(SLEEP)
    time.sleep(0.2)
    other = server.connect("127.0.0.2")
    other.sendall(SLEEP)
    answers = [everything(client) for client in clients]
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503 ")]
    assert len(refused) == 3
    assert all(b"\r\nRetry-After: 1\r\n" in answer for answer in refused)
    assert sum(answer.endswith(b"slept") for answer in answers) == 5
    assert everything(other).endswith(b"slept")
    for client in (*clients, other):
        client.close()


def test_the_request_of_a_client_that_has_gone_is_not_run(serve: Callable[..., Server]) -> None:
    server = serve(60, "--threads", "1", each=4, patience=0)
    before = int(server.ask("/slept")[1])
    stays, leaves = server.connect(), server.connect()
    stays.sendall(SLEEP)
    time.sleep(0.1)
    leaves.sendall(SLEEP)
    time.sleep(0.1)
    leaves.close()
    assert everything(stays).endswith(b"slept")
    assert int(server.ask("/slept")[1]) == before + 1
    stays.close()


def test_a_request_in_work_is_answered_when_the_server_stops(serve: Callable[..., Server]) -> None:
    server = serve()
    client = server.connect()
    client.sendall(START + b"\r\n")
    assert client.recv(1000).startswith(b"HTTP/1.1 200 ")  # now the server has the connection, and keeps it for a while
    client.sendall(b"GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.15)
    server.process.send_signal(signal.SIGTERM)
    answer = everything(client)
    assert answer.endswith(b"slept")
    client.close()
    assert server.process.wait(TIMEOUT) == 0
