from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.jobs.service_heartbeats import record_heartbeat
from common.models import Job
from corpus.models import Membership
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Membership:
    membership = MembershipFactory(role="manager")
    client.force_login(membership.user)
    return membership


def job(membership: Membership, **fields: object) -> Job:
    return Job.objects.create(
        kind="corpus.ingest", scope=str(membership.corpus.public_id), created_by=membership.user, **fields
    )


def page(client: Client, manager: Membership, name: str = "jobs") -> str:
    return client.get(reverse(f"corpus:{name}", args=[manager.corpus.slug])).content.decode()


def test_the_list_shows_the_jobs_of_this_corpus_alone(client: Client, manager: Membership) -> None:
    mine, other = job(manager), job(MembershipFactory(role="manager"))
    text = page(client, manager)
    assert (str(mine.public_id) in text, str(other.public_id) in text) == (True, False)


def test_a_failed_job_shows_reason_duration_and_a_retry_button(client: Client, manager: Membership) -> None:
    ended = timezone.now()
    failed = job(
        manager,
        state="failed",
        error_code="disk.full",
        error_params={"needed_mb": 900, "free_mb": 5},
        started_at=ended - timedelta(seconds=83),
        ended_at=ended,
    )
    text = page(client, manager)
    assert ("900 MB needed" in text, "1:23" in text) == (True, True)
    client.post(reverse("corpus:retry_job", args=[manager.corpus.slug, failed.public_id]))
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_a_job_of_another_corpus_cannot_be_retried(client: Client, manager: Membership) -> None:
    other = job(MembershipFactory(role="manager"), state="failed")
    address = reverse("corpus:retry_job", args=[manager.corpus.slug, other.public_id])
    assert client.post(address).status_code == 404
    other.refresh_from_db()
    assert other.state == "failed"


def test_every_page_shows_managers_that_no_worker_is_running(client: Client, manager: Membership) -> None:
    assert "No worker is running" in page(client, manager, "settings")
    record_heartbeat("worker", "w")
    assert "No worker is running" not in page(client, manager, "settings")
    client.force_login(MembershipFactory(corpus=manager.corpus, role="annotator").user)
    Job.objects.all().delete()
    assert "No worker is running" not in page(client, manager, "overview")


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_jobs(
    client: Client, manager: Membership, jobs: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(jobs):
        job(manager)
        job(manager, state="failed", error_code="job.crashed", error_params={"job": "x"})
    with django_assert_num_queries(5):  # type: ignore[operator]
        page(client, manager)
