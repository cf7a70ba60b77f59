import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from common import beats, jobs
from common.models import Job
from config.broker import broker_command, prepare_socket_folder, socket_path
from config.children import Child
from tests import worker as _handlers  # noqa: F401 -- registers the kinds

pytestmark = [pytest.mark.worker, pytest.mark.database, pytest.mark.django_db(transaction=True)]

PATIENCE = 120


def wait_for(told: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


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

    def stop(self) -> None:
        for child in (self.worker, self.sweep, self.broker):
            child.ask_to_end()
            child.stop(time.monotonic() + 5)


embedded = pytest.mark.skipif("CELERY_BROKER_URL" in os.environ, reason="the broker is not ours to kill")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    try:
        yield stack
    finally:
        stack.stop()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split() if path.exists() else []


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


@embedded
def test_jobs_survive_everything_that_dies(stack: Stack, tmp_path: Path) -> None:
    # the broker is down: the job waits, and the request was not kept long
    began = time.monotonic()
    job = jobs.enqueue(kind="tests.trace", args={"folder": str(tmp_path)})
    assert time.monotonic() - began < 5
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)

    # broker, worker and sweep come up: the sweep sends what was left
    stack.start()
    wait_for(lambda: lines(tmp_path / "starts") == ["1"], "the first attempt")
    assert beats.alive("worker")

    # the worker is killed in the middle: its pool goes with it, another one takes over
    assert stack.worker.process is not None
    pool = stack.pool()
    assert len(pool) == 2
    stack.worker.process.kill()
    stack.worker.process.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pool), "the end of the pool")
    stack.worker.start()
    wait_for(lambda: lines(tmp_path / "starts") == ["1", "2"], "the second attempt")

    # only the pool processes are killed: the lease runs out, the fresh pool takes over
    busy = stack.pool()
    for pid in busy:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: lines(tmp_path / "starts") == ["1", "2", "3"], "the third attempt")

    (tmp_path / "go").touch()
    wait_for(lambda: state(job) == "done", "the end")
    assert (job.attempt, job.result, lines(tmp_path / "ends")) == (3, {"attempt": 3}, ["3"])


def test_a_worker_that_was_only_thought_dead_writes_nothing(stack: Stack, tmp_path: Path) -> None:
    stack.start()
    wait_for(lambda: beats.alive("worker"), "the worker")
    job = jobs.enqueue(kind="tests.trace", args={"folder": str(tmp_path)})
    wait_for(lambda: lines(tmp_path / "starts") == ["1"], "the first attempt")
    frozen = stack.pool()
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    wait_for(lambda: state(job) == "queued", "the sweep")
    for pid in frozen:
        os.kill(pid, signal.SIGCONT)
    wait_for(lambda: lines(tmp_path / "starts") == ["1", "2"], "the second attempt")
    (tmp_path / "go").touch()
    wait_for(lambda: state(job) == "done", "the end")
    assert (job.attempt, lines(tmp_path / "ends")) == (2, ["2"])


@embedded
def test_a_broker_that_forgot_everything_loses_no_job(stack: Stack, tmp_path: Path) -> None:
    stack.broker.start()
    wait_for(socket_path(settings.CONCORD_HOME).exists, "the broker")
    job = jobs.enqueue(kind="tests.refuse", args={})
    assert job.state == "queued"
    assert stack.broker.process is not None
    stack.broker.process.kill()
    stack.broker.process.wait()
    Job.objects.update(sent_at=job.created_at.replace(year=2020))  # as if long ago
    stack.start()
    wait_for(lambda: state(job) == "failed", "the job's end")
    assert (job.error_code, job.error_params, job.attempt) == ("disk.full", {"needed_mb": 2, "free_mb": 1}, 1)
