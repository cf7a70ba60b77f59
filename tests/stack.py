"""A real broker, worker and sweep around a test, on the test's own database."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from common.models import Job
from config.processes.broker import broker_command, prepare_socket_folder, socket_path
from config.processes.child_process import Child

PATIENCE = 120

embedded = pytest.mark.skipif("CELERY_BROKER_URL" in os.environ, reason="the tests did not start the broker")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def done(job: Job) -> bool:
    """Return whether the job is done; assert that it has not failed."""
    assert state(job) != "failed", (job.error_code, job.error_params)
    return job.state == "done"


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{found['NAME']}"
    return f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


class Stack:
    def __init__(self, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "CONCORD_JOB_LEASE_SECONDS": "3",
            "CONCORD_SWEEP_SECONDS": "1",
            "CONCORD_TEST_TRACES": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        self.folder = folder
        self.embedded = not os.environ.get("CELERY_BROKER_URL")
        socket = socket_path(settings.CONCORD_HOME)
        prepare_socket_folder(socket)
        celery = [sys.executable, "-m", "celery", "-A", "tests.worker", "worker", "-c", "2", "--without-mingle"]
        self.broker = self.child("broker", broker_command(socket))
        self.sweep = self.child("sweep", [sys.executable, "manage.py", "sweep"])
        self.worker = self.child("worker", celery)

    def start(self) -> None:
        for child in (self.broker, self.worker, self.sweep) if self.embedded else (self.worker, self.sweep):
            child.start()

    def child(self, name: str, command: list[str]) -> Child:
        return Child(name, command, self.folder / f"{name}.log", self.environment, end_signal=signal.SIGKILL)

    def pool(self) -> list[int]:
        assert self.worker.process is not None
        main = self.worker.process.pid
        return [int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()]

    def hang(self, where: str, call: int = 1) -> None:
        """Let the worker hang at the end of the `call`-th call of `where`, one of tests.worker.PLACES."""
        for name in ("hung", "calls"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "hang").write_text(f"{where} {call}", encoding="ascii")

    def kill_worker_when_it_hangs(self) -> None:
        """Kill -9 the worker where `hang` stopped it, and start another."""
        wait_for((self.folder / "hung").exists, "the place to kill the worker at")
        assert self.worker.process is not None
        pool = self.pool()
        self.worker.process.kill()
        self.worker.process.wait()
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pool), "the end of the pool")
        self.worker.start()

    def stop(self) -> None:
        for child in (self.worker, self.sweep, self.broker):
            child.terminate()
            child.stop(time.monotonic() + 5)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    try:
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def stack_of_module(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"))
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def serving(stack_of_module: Stack) -> Iterator[Stack]:
    """All services running, with media and work folders that are empty before and afterwards."""
    folders = [Path(settings.MEDIA_ROOT), Path(settings.WORK_DIR)]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    yield stack_of_module
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
