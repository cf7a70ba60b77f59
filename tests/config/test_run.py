import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest

from common.version import VERSION
from config.management.commands import run
from config.processes.supervisor import Supervisor
from tests.free_port import free_port

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 120

pytestmark = pytest.mark.worker


class Running:
    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.said = home.with_suffix(".said")
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, **environment: str) -> tuple[list[str], dict[str, str]]:
        ours = ("CONCORD_", "CELERY_", "DATABASE_URL", "DJANGO_", "MAKELEVEL")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        kept |= {"CONCORD_HOME": str(self.home), "PORT": str(self.port), "CONCORD_DEMO": "0", **environment}
        return [sys.executable, "manage.py", "run"], kept

    def start(self, **environment: str) -> None:
        command, environment = self.command(**environment)
        with self.said.open("wb") as said:
            process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=said, stderr=said)
        self.process = process
        wait_for(lambda: process.poll() is not None or "Concord is running" in self.text(), "the address")
        assert process.poll() is None, self.text()

    def kill(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def text(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def processes(self) -> list[int]:
        mark = f"CONCORD_HOME={self.home}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    # long enough that the broker's socket does not fit in it
    running = Running(tmp_path_factory.mktemp("x" * 80) / "home")
    try:
        yield running
    finally:
        running.kill()


def test_one_command_brings_everything_up_and_takes_everything_down(running: Running) -> None:
    running.start()
    status, text = running.get("/readyz")
    assert (status, json.loads(text)["ready"]) == (200, True)
    name, password = (running.home / "passwords.txt").read_text(encoding="utf-8").split()
    assert name == "manager"
    assert password in running.text()
    assert (running.home / "passwords.txt").stat().st_mode & 0o777 == 0o600

    # a child that dies is started again
    assert running.process is not None
    parent = running.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    assert len(children) == (5 if find_spec("torch") else 4)  # broker, worker, sweep, web, and one for trainings
    os.kill(int(children[-1]), signal.SIGKILL)
    wait_for(lambda: "web ended with -9 and is restarted" in running.text(), "the word on the restart")
    wait_for(lambda: bool(serves(running)), "the web server's return")

    # kill -9 of the parent leaves no orphan
    running.process.kill()
    running.process.wait()
    wait_for(lambda: running.processes() == [], "the end of every child")

    # the second start keeps the data and makes no new password
    running.start()
    assert running.get("/healthz") == (200, f"ok {VERSION}")
    assert password not in running.text()
    assert (running.home / "passwords.txt").read_text(encoding="utf-8").split() == [name, password]

    # Ctrl-C ends all
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=PATIENCE) == 0
    assert running.processes() == []
    assert running.text().endswith("Concord has stopped.\n")


def ended(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )


def serves(running: Running) -> bool:
    with contextlib.suppress(OSError):
        return running.get("/healthz")[0] == 200
    return False


NO_SEMAPHORES = """
import _multiprocessing

class Refused:
    SEM_VALUE_MAX = _multiprocessing.SemLock.SEM_VALUE_MAX

    def __init__(self, *_):
        raise PermissionError(13, "Permission denied")

_multiprocessing.SemLock = Refused
try:
    import _billiard
    _billiard.SemLock = Refused
except ImportError:
    pass
"""


def test_the_worker_runs_without_permission_to_create_semaphores(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SEMAPHORES, encoding="utf-8")
    running = Running(tmp_path / "home")
    try:
        running.start(PYTHONPATH=str(tmp_path), CONCORD_DEMO="1")
        wait_for(lambda: "The demo corpus is ready." in running.text(), "what the worker makes")
        assert running.get("/readyz")[0] == 200
        assert "is restarted" not in running.text()
    finally:
        running.kill()


def test_a_port_in_use_is_reported_in_one_line(running: Running) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command, environment = running.command(PORT=port)
        completed = ended(command, environment)
    assert completed.returncode == 1
    assert completed.stderr.startswith(f"CommandError: 127.0.0.1:{port} is not available")
    assert completed.stderr.count("\n") == 1


def test_a_database_that_is_down_is_reported_in_one_line(running: Running) -> None:
    command, environment = running.command(DATABASE_URL=f"postgres://nobody@127.0.0.1:{free_port()}/concord_none")
    completed = ended(command, environment)
    assert completed.returncode == 1
    assert completed.stderr.startswith("CommandError: cannot start: ")


def test_a_broker_that_stays_down_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "READY_SECONDS", 0)
    monkeypatch.setattr(run, "missing_parts", lambda *_: ["broker: does not respond; jobs wait until it is back"])
    said = StringIO()
    run.Command(stdout=said).wait_until_ready(Supervisor([], print), "127.0.0.1", 1)
    assert said.getvalue() == "Not everything is ready: broker: does not respond; jobs wait until it is back\n"
