import os
import signal
import time
from pathlib import Path

import pytest
from django.conf import settings

from common.jobs import queue, service_heartbeats
from common.models import Job
from config.processes.broker import socket_path
from tests import worker as _handlers  # noqa: F401 -- registers the kinds
from tests.stack import Stack, embedded, state, wait_for

pytestmark = [pytest.mark.worker, pytest.mark.database, pytest.mark.django_db(transaction=True)]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split() if path.exists() else []


@embedded
def test_jobs_survive_everything_that_dies(stack: Stack, tmp_path: Path) -> None:
    # the broker is down: the job waits, and the request did not take long
    began = time.monotonic()
    job = queue.enqueue(kind="tests.trace", args={"folder": str(tmp_path)})
    assert time.monotonic() - began < 5
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)

    # broker, worker and sweep start: the sweep queues the waiting job
    stack.start()
    wait_for(lambda: lines(tmp_path / "starts") == ["1"], "the first attempt")
    assert service_heartbeats.is_alive("worker")

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
    wait_for(lambda: service_heartbeats.is_alive("worker"), "the worker")
    job = queue.enqueue(kind="tests.trace", args={"folder": str(tmp_path)})
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
    job = queue.enqueue(kind="tests.refuse", args={})
    assert job.state == "queued"
    assert stack.broker.process is not None
    stack.broker.process.kill()
    stack.broker.process.wait()
    Job.objects.update(sent_at=job.created_at.replace(year=2020))  # as if long ago
    stack.start()
    wait_for(lambda: state(job) == "failed", "the job's end")
    assert (job.error_code, job.error_params, job.attempt) == ("disk.full", {"needed_mb": 2, "free_mb": 1}, 1)
