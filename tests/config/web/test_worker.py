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

CLIENTS = 200
START = b"GET / HTTP/1.1\r\nHost: x\r\n"
# deadlines of seconds instead of minutes, and a worker that accepts fewer connections
SHORT = """
import django
from config.web import worker
django.setup()
from config.web import large_bodies
worker.HEAD_SECONDS = {seconds}
worker.BODY_SECONDS = worker.RESPONSE_SECONDS = {seconds}
large_bodies.refusal = lambda head, length: "" if b"Cookie: " in head else "401 Unauthorized"
from tests.config.web.slow_clients_app import application
"""


class Server:
    def __init__(self, folder: Path, seconds: float, *options: str) -> None:
        (folder / "app.py").write_text(SHORT.format(seconds=seconds))
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "gunicorn", "app:application", "--bind", f"127.0.0.1:{self.port}"]
        usual = [*WEB_OPTIONS, "--workers", "1", "--threads", "4", *options]
        environment = os.environ | {"PYTHONPATH": f"{folder}:{ROOT}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [*command, *usual], cwd=ROOT, env=environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        for _ in range(200):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.1)
        raise AssertionError((folder / "log").read_text())

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 20)

    def ask(self, path: str = "/", body: bytes | None = None, timeout: float = 20, **headers: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with closing(connection):
            connection.request("POST" if body is not None else "GET", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.log.close()
        return code


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    servers: dict[tuple[object, ...], Server] = {}

    def start(seconds: float = 60, *options: str) -> Server:
        key = (seconds, *options)
        if key not in servers or servers[key].process.poll() is not None:
            servers[key] = Server(tmp_path_factory.mktemp("web"), seconds, *options)
        return servers[key]

    yield start
    for server in servers.values():
        if server.process.poll() is None:
            server.stop()


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
    began = time.monotonic()
    assert server.ask(timeout=5) == (200, b"127.0.0.1")
    assert time.monotonic() - began < 1
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
            began = time.monotonic()
            assert server.ask(timeout=5)[0] == 200
            assert time.monotonic() - began < 1
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
    client.sendall(SENT[sent])
    began = time.monotonic()
    answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert 0.8 < time.monotonic() - began < 5
    client.close()


def test_a_client_that_sends_or_reads_nothing_is_disconnected(serve: Callable[..., Server]) -> None:
    server = serve(1)
    silent, reader = server.connect(), server.connect()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.sendall(SENT["requests for what is not read"])
    assert silent.recv(1) == b""
    time.sleep(3)
    received = 0
    with suppress(ConnectionResetError):
        while piece := reader.recv(2**20):
            received += len(piece)
    assert received < 30_000_000
    silent.close()
    reader.close()


def test_a_slow_upload_that_progresses_succeeds(serve: Callable[..., Server]) -> None:
    server = serve(1)
    client = server.connect()
    client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n")
    for _ in range(10):  # four seconds: longer than any deadline
        client.sendall(b"\1" * 20_000)
        time.sleep(0.4)
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
    answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer.startswith(b"HTTP/1.1 401 ")
    client.close()


@pytest.mark.parametrize(("path", "size"), [("/large", 8_000_000), ("/file", 30_000_000), ("/stream", 10_000_000)])
def test_a_slow_reader_gets_everything_and_the_connection_stays_open(
    serve: Callable[..., Server], path: str, size: int
) -> None:
    server = serve()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    for _ in range(2):
        connection.request("GET", path)
        response = connection.getresponse()
        received = 0
        while piece := response.read(1_000_000):
            received += len(piece)
            time.sleep(0.01)
        assert received == size
    connection.close()


def test_requests_on_one_connection_are_answered_in_order(serve: Callable[..., Server]) -> None:
    client = serve().connect()
    client.sendall(
        START
        + b"\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n\1\2\3"
        + START
        + b"Connection: close\r\n\r\n"
    )
    answer = b"".join(iter(lambda: client.recv(1000), b""))
    bodies = [part.partition(b"HTTP/1.1")[0] for part in answer.split(b"\r\n\r\n")[1:]]
    assert bodies == [b"127.0.0.1", b"3 6", b"127.0.0.1"]
    client.close()


def test_a_client_may_wait_for_permission_to_send(serve: Callable[..., Server]) -> None:
    client = serve().connect()
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    client.sendall(head)
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"\1\1")
    answer = b"".join(iter(lambda: client.recv(1000), b""))
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
        (START + b"A: " + b"a" * 70_000, b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_a_request_without_a_clear_end_is_refused(serve: Callable[..., Server], sent: bytes, status: bytes) -> None:
    client = serve().connect()
    client.sendall(sent)
    answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer[9:12] == status
    assert answer.count(b"HTTP/1.1 ") == 1
    client.close()


def test_too_many_connections_end_the_oldest_of_whoever_has_most(serve: Callable[..., Server]) -> None:
    server = serve(60, "--worker-connections", "50")
    clients = [server.connect() for _ in range(120)]
    time.sleep(0.5)
    assert server.ask(timeout=5)[0] == 200
    assert clients[0].recv(1) == b""
    clients[-1].sendall(START + b"\r\n")
    assert clients[-1].recv(1000).startswith(b"HTTP/1.1 200 ")
    for client in clients:
        client.close()


def test_a_request_in_work_is_answered_when_the_server_stops(serve: Callable[..., Server]) -> None:
    server = serve()
    client = server.connect()
    client.sendall(b"GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.15)
    server.process.send_signal(signal.SIGTERM)
    answer = b"".join(iter(lambda: client.recv(1000), b""))
    assert answer.endswith(b"slept")
    client.close()
    assert server.process.wait(20) == 0
