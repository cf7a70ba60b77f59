import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.database.snapshot import snapshot
from common.errors import Refused
from common.jobs import queue
from common.jobs.run import JobRun, Superseded
from common.models import Job, User
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_handlers() -> Any:
    with patch.dict(queue.HANDLERS):
        yield


@pytest.fixture
def sent() -> Any:
    with patch("config.celery.app.send_task") as send_task:
        yield send_task


def test_the_return_value_of_the_handler_is_the_result() -> None:
    @queue.handler("test.add")
    def add(run: JobRun, left: int, right: int) -> dict[str, Any]:
        return {"sum": left + right, "attempt": run.job.attempt}

    job = queue.enqueue(kind="test.add", args={"left": 1, "right": 2})
    queue.execute(str(job.public_id))

    job.refresh_from_db()
    assert (job.state, job.result, job.lease_until, job.percent) == ("done", {"sum": 3, "attempt": 1}, None, 100)


START = """
import sys, django
django.setup()
assert not {"celery", "corpus.jobs", "annotator.jobs", "agreement.jobs", "export.jobs"} & set(sys.modules)
from common.errors import MESSAGES, sentence
assert "block" in sentence("finding.repeated_block.case", {})
known = set(MESSAGES)
from common.jobs.queue import handlers
print(*sorted(handlers()))
assert set(MESSAGES) == known, set(MESSAGES) - known  # no sentence waits for a job
"""


def test_handlers_are_loaded_with_the_first_job_and_not_at_the_start() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", START], env=environment, check=True, capture_output=True, text=True)
    kinds = done.stdout.split()
    assert {"corpus.undo_import", "export.release", "agreement.report"} <= set(kinds)
    assert not set(kinds) - set(queue.HANDLERS)


def test_a_kind_without_a_handler_is_refused() -> None:
    with pytest.raises(LookupError):
        queue.enqueue(kind="test.unknown", args={})


def test_a_second_copy_of_the_message_runs_nothing() -> None:
    ran = []
    queue.handler("test.once")(lambda run: ran.append(run) or {})  # type: ignore[func-returns-value]
    job = queue.enqueue(kind="test.once", args={})
    queue.execute(str(job.public_id))
    queue.execute(str(job.public_id))
    assert len(ran) == 1


def test_the_message_is_sent_after_the_commit_only(sent: Any, django_capture_on_commit_callbacks: Any) -> None:
    queue.handler("test.send")(lambda run: {})
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue(kind="test.send", args={})
        sent.assert_not_called()
    sent.assert_called_once_with("common.run_job", args=[str(job.public_id)], retry=False, queue=None)
    job.refresh_from_db()
    assert job.sent_at is not None


def test_a_kind_with_a_queue_of_its_own_is_sent_there(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "QUEUES", {})
    queue.handler("test.slow")(lambda run: {})
    queue.register_queue("test.slow", "slow")
    assert queue.send(Job.objects.create(kind="test.slow"))
    assert sent.call_args.kwargs["queue"] == "slow"


def test_a_job_done_in_this_process_sends_no_message(sent: Any, django_capture_on_commit_callbacks: Any) -> None:
    queue.handler("test.here")(lambda run: {"done": True})
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue(kind="test.here", args={}, here=True)
    queue.execute(str(job.public_id))
    sent.assert_not_called()
    job.refresh_from_db()
    assert job.result == {"done": True}


def test_a_broker_that_is_down_leaves_the_job_queued(sent: Any, django_capture_on_commit_callbacks: Any) -> None:
    sent.side_effect = OperationalError("no broker")
    queue.handler("test.send")(lambda run: {})
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue(kind="test.send", args={})
    job.refresh_from_db()
    assert (job.state, job.sent_at) == ("queued", None)


def test_an_absent_broker_is_noticed_quickly(settings: Any) -> None:
    queue.handler("test.send")(lambda run: {})
    job = queue.enqueue(kind="test.send", args={})
    began = time.monotonic()
    assert queue.send(job) is False
    assert time.monotonic() - began < 10  # kombu itself waits without limit; a busy machine needs some time


def test_one_unfinished_job_per_key() -> None:
    queue.handler("test.keyed")(lambda run: {})
    first = queue.enqueue(kind="test.keyed", args={}, key="report 1")
    assert queue.enqueue(kind="test.keyed", args={}, key="report 1") == first
    queue.execute(str(first.public_id))
    assert queue.enqueue(kind="test.keyed", args={}, key="report 1") != first


def test_a_refusal_is_stored_as_code_and_parameters() -> None:
    @queue.handler("test.refuse")
    def refuse(run: JobRun) -> dict[str, Any]:
        raise Refused("disk.full", needed_mb=3, free_mb=1)

    job = queue.enqueue(kind="test.refuse", args={})
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_params) == ("failed", "disk.full", {"needed_mb": 3, "free_mb": 1})


def test_a_crash_names_the_job_for_the_log() -> None:
    @queue.handler("test.crash")
    def crash(run: JobRun) -> dict[str, Any]:
        raise ZeroDivisionError

    job = queue.enqueue(kind="test.crash", args={})
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_params) == ("failed", "job.crashed", {"job": str(job.public_id)})


def test_progress_is_throttled_but_a_new_stage_is_not() -> None:
    @queue.handler("test.steps")
    def steps(run: JobRun) -> dict[str, Any]:
        seen = []
        for done, stage in [(1, "reading"), (2, ""), (3, "writing")]:
            run.progress(done, 4, stage=stage)
            run.job.refresh_from_db()
            seen.append((run.job.progress_done, run.job.stage, run.job.percent))
        return {"seen": seen}

    job = queue.enqueue(kind="test.steps", args={})
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert job.result == {"seen": [[1, "reading", 25], [1, "reading", 25], [3, "writing", 75]]}


def test_a_fenced_attempt_writes_nothing() -> None:
    @queue.handler("test.slow")
    def slow(run: JobRun) -> dict[str, Any]:
        Job.objects.filter(pk=run.job.pk).update(attempt=2)  # the sweep gave it to another worker
        with pytest.raises(Superseded), run.finishing():
            User.objects.create(username="late")
        with pytest.raises(Superseded):
            run.progress(1, 2, stage="late")
        return {"late": True}

    job = queue.enqueue(kind="test.slow", args={})
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == ("running", 2, {})
    assert not User.objects.exists()


def test_finishing_is_one_transaction() -> None:
    @queue.handler("test.half")
    def half(run: JobRun) -> dict[str, Any]:
        with run.finishing():
            User.objects.create(username="half")
            raise Refused("disk.full", needed_mb=1, free_mb=0)

    job = queue.enqueue(kind="test.half", args={})
    queue.execute(str(job.public_id))
    assert not User.objects.exists()


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_handler_reports_nothing(settings: Any) -> None:
    settings.JOB_LEASE_SECONDS = 1

    @queue.handler("test.silent")
    def silent(run: JobRun) -> dict[str, Any]:
        began = run.job.lease_until
        time.sleep(1)
        run.job.refresh_from_db()
        assert began is not None
        assert run.job.lease_until is not None
        return {"renewed": run.job.lease_until > began, "valid": run.job.lease_until > timezone.now()}

    job = queue.enqueue(kind="test.silent", args={})
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert job.result == {"renewed": True, "valid": True}


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_from_the_middle_of_a_snapshot() -> None:
    @queue.handler("test.reads")
    def reads(run: JobRun) -> dict[str, Any]:
        with snapshot():
            Job.objects.count()
            run.note(3, 4, "reading_labels")
            deadline = time.monotonic() + 30
            while (during := seen()) == (0, 0, "") and time.monotonic() < deadline:
                time.sleep(0.05)
        run.progress(1, 2, "packing")
        return {"during": during, "then": seen()}

    job = queue.enqueue(kind="test.reads", args={})

    def seen() -> tuple[int, int, str]:
        with ThreadPoolExecutor(1) as elsewhere:  # on a connection of its own
            return elsewhere.submit(looked_up).result()

    def looked_up() -> tuple[int, int, str]:
        try:
            found = Job.objects.get(pk=job.pk)
            return found.progress_done, found.progress_total, found.stage
        finally:
            connection.close()

    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert job.result == {"during": [3, 4, "reading_labels"], "then": [1, 2, "packing"]}


def test_a_job_inside_a_transaction_of_the_caller_renews_no_lease() -> None:
    # no other connection would see the row: the thread would wait for the database until the caller is done
    queue.handler("test.inside")(lambda run: {"threads": threading.active_count()})
    job = queue.enqueue(kind="test.inside", args={})
    before = threading.active_count()
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"threads": before})


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_many_workers_claim_a_job_once() -> None:
    queue.handler("test.race")(lambda run: {})
    job = queue.enqueue(kind="test.race", args={})
    claimed = []
    ready = threading.Barrier(6)

    def worker() -> None:
        try:
            ready.wait()
            claimed.append(queue.claim(str(job.public_id)))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 6
    assert len([row for row in claimed if row]) == 1


def test_a_running_job_needs_a_lease() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="test", state="running")


def test_a_failed_job_is_tried_again_as_the_same_row(sent: Any, django_capture_on_commit_callbacks: Any) -> None:
    outcomes = iter([Refused("disk.full", needed_mb=2, free_mb=1), None])

    @queue.handler("test.flaky")
    def flaky(run: JobRun) -> dict[str, Any]:
        if fault := next(outcomes):
            raise fault
        return {}

    job = queue.enqueue(kind="test.flaky", args={})
    queue.execute(str(job.public_id))
    with django_capture_on_commit_callbacks(execute=True):
        queue.retry(job=job)
    assert sent.call_args.kwargs["args"] == [str(job.public_id)]
    queue.execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == ("done", 2, "")


def test_only_a_failed_job_is_tried_again(sent: Any, django_capture_on_commit_callbacks: Any) -> None:
    job = Job.objects.create(kind="test", state="done")
    with django_capture_on_commit_callbacks(execute=True), refused("job.not_failed"):
        queue.retry(job=job)
    assert sent.called is False


def test_a_failed_job_does_not_come_between_a_newer_one_at_the_same_work(sent: Any) -> None:
    failed = Job.objects.create(kind="test", state="failed", key="same")
    Job.objects.create(kind="test", key="same")
    with refused("job.overtaken"):
        queue.retry(job=failed)
    failed.refresh_from_db()
    assert failed.state == "failed"
