from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from common.jobs import upkeep
from common.jobs.queue import HANDLERS, handler
from common.jobs.sweep import sweep_once
from common.jobs.upkeep import RETRY_AFTER, queue_upkeep, queue_urgent_upkeep, register_upkeep
from common.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
CORPUS = str(uuid4())


@pytest.fixture(autouse=True)
def due(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The corpora that need the one kind of upkeep."""
    found: list[str] = []
    monkeypatch.setattr(upkeep, "UPKEEP", [])
    handler("test.upkeep")(lambda _run, **_args: dict[str, Any]())
    register_upkeep(kind="test.upkeep", due=lambda _now: found)
    yield found
    HANDLERS.pop("test.upkeep")


def ended(state: str) -> None:
    Job.objects.update(state=state, ended_at=NOW)


def test_the_sweep_queues_what_is_due(due: list[str]) -> None:
    sweep_once()
    assert not Job.objects.exists()
    due.append(CORPUS)
    sweep_once()
    job = Job.objects.get()
    assert (job.kind, job.args, job.scope) == ("test.upkeep", {"corpus": CORPUS}, CORPUS)


def test_one_job_of_a_kind_and_corpus_at_a_time(due: list[str]) -> None:
    due += [CORPUS, str(uuid4())]
    assert [queue_upkeep(now=NOW), queue_upkeep(now=NOW)] == [2, 0]


def test_the_finished_job_is_replaced(due: list[str]) -> None:
    due.append(CORPUS)
    queue_upkeep(now=NOW)
    ended("done")
    assert (queue_upkeep(now=NOW), Job.objects.get().state) == (1, "queued")


def test_a_failed_job_stays_and_is_tried_again_later(due: list[str]) -> None:
    due.append(CORPUS)
    queue_upkeep(now=NOW)
    ended("failed")
    assert [queue_upkeep(now=NOW), queue_upkeep(now=NOW + 2 * RETRY_AFTER)] == [0, 1]
    assert sorted(Job.objects.values_list("state", flat=True)) == ["failed", "queued"]


def test_a_kind_that_cannot_tell_does_not_stop_the_others(due: list[str]) -> None:
    def broken(_now: object) -> list[str]:
        raise ValueError

    due.append(CORPUS)
    upkeep.UPKEEP.insert(0, upkeep.Upkeep("test.upkeep", broken))
    assert queue_upkeep(now=NOW) == 1


def test_only_kinds_that_somebody_waits_for_are_queued_between_the_rounds_of_the_sweep(due: list[str]) -> None:
    due.append(CORPUS)
    assert queue_urgent_upkeep(now=NOW) == 0
    upkeep.UPKEEP.append(upkeep.Upkeep("test.upkeep", lambda _now: [], lambda _now: [CORPUS]))
    assert [queue_urgent_upkeep(now=NOW), queue_urgent_upkeep(now=NOW)] == [1, 0]
