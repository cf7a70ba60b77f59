from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import MagicMock, patch

import pytest
from django.utils import timezone

from common.jobs import service_heartbeats
from common.jobs.sweep import MAX_ATTEMPTS, sweep_once
from common.models import Beat, Job

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = timezone.now
AGO = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def sent() -> Iterator[MagicMock]:
    with patch("config.celery.app.send_task") as send_task:
        yield send_task


@pytest.fixture
def broker_queue() -> Iterator[MagicMock]:
    with patch("common.jobs.sweep.queue_is_empty", return_value=True) as is_empty:
        yield is_empty


def job(**fields: Any) -> Job:
    return Job.objects.create(**{"kind": "test.swept", "created_at": NOW() - AGO, **fields})


def test_a_job_whose_lease_ran_out_is_queued_and_sent() -> None:
    dead = job(state="running", attempt=1, lease_until=NOW() - timedelta(seconds=1), sent_at=NOW() - AGO)
    assert sweep_once() == 1
    dead.refresh_from_db()
    assert (dead.state, dead.attempt, dead.lease_until) == ("queued", 1, None)


def test_a_job_with_a_lease_is_left_alone() -> None:
    job(state="running", attempt=1, lease_until=NOW() + AGO)
    assert sweep_once() == 0


def test_a_job_that_kills_each_worker_is_abandoned() -> None:
    deadly = job(state="running", attempt=MAX_ATTEMPTS, lease_until=NOW() - AGO)
    assert sweep_once() == 0
    deadly.refresh_from_db()
    assert (deadly.state, deadly.error_code, deadly.error_params) == ("failed", "job.abandoned", {"attempts": 5})


def test_a_job_that_was_never_sent_is_sent() -> None:
    waiting = job()
    assert sweep_once() == 1
    waiting.refresh_from_db()
    assert waiting.sent_at is not None


def test_a_job_of_this_moment_is_its_own_transactions_to_send() -> None:
    job(created_at=NOW())
    assert sweep_once() == 0


def test_a_lost_message_is_sent_again_when_the_queue_is_empty(broker_queue: MagicMock) -> None:
    job(sent_at=NOW() - AGO)
    assert sweep_once() == 1
    assert sweep_once() == 0


@pytest.mark.parametrize(("empty", "sent_again"), [("slow", ["test.slow"]), ("", ["test.swept"])])
def test_only_the_jobs_of_an_empty_queue_lost_their_messages(
    sent: MagicMock, broker_queue: MagicMock, monkeypatch: pytest.MonkeyPatch, empty: str, sent_again: list[str]
) -> None:
    monkeypatch.setattr("common.jobs.queue.QUEUES", {"test.slow": "slow"})
    monkeypatch.setattr("common.jobs.sweep.QUEUES", {"test.slow": "slow"})
    broker_queue.side_effect = lambda queue: queue == empty
    for kind in ("test.swept", "test.slow"):
        job(kind=kind, sent_at=NOW() - AGO)
    sweep_once()
    again = [call.kwargs["args"][0] for call in sent.call_args_list]
    assert [str(row.kind) for row in Job.objects.filter(public_id__in=again)] == sent_again


def test_a_job_that_waits_its_turn_is_not_sent_again(broker_queue: MagicMock) -> None:
    broker_queue.return_value = False
    job(sent_at=NOW() - AGO)
    assert sweep_once() == 0


def test_without_a_broker_the_first_failure_ends_the_round(sent: MagicMock) -> None:
    sent.side_effect = OSError("no broker")
    job()
    job()
    assert sweep_once() == 0
    assert sent.call_count == 1


@pytest.mark.parametrize("answers", [True, False])
def test_whether_the_broker_answers_is_written_down(answers: bool) -> None:
    service_heartbeats.record_heartbeat("broker", "broker")
    Beat.objects.update(seen_at=NOW() - timedelta(seconds=20))
    with patch("common.jobs.sweep.broker_answers", return_value=answers):
        sweep_once()
    assert [beat.seen_at > NOW() - timedelta(seconds=5) for beat in Beat.objects.all()] == [True] * answers


def test_signs_of_life() -> None:
    assert service_heartbeats.is_alive("worker") is False
    service_heartbeats.record_heartbeat("worker", "a")
    assert service_heartbeats.is_alive("worker") is True
    Beat.objects.update(seen_at=NOW() - timedelta(seconds=31))
    assert service_heartbeats.is_alive("worker") is False
    service_heartbeats.record_heartbeat("worker", "a")
    service_heartbeats.remove_heartbeat("worker", "a")
    assert Beat.objects.count() == 0
