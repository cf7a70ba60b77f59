from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.jobs import service_heartbeats
from common.jobs.queue import can_view
from common.models import Job, User
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create_user("mei", password="a long enough one")


@pytest.fixture
def page(client: Client, person: User) -> Any:
    client.force_login(person)
    return lambda job, **headers: client.get(reverse("common:job", args=[job.public_id]), headers=headers)


def test_a_running_job_shows_its_progress_and_asks_again(page: Any, person: User) -> None:
    service_heartbeats.record_heartbeat("worker", "w")
    job = Job.objects.create(kind="test", created_by=person, progress_done=1, progress_total=4, stage="cutting")
    text = page(job).content.decode()
    assert 'value="25"' in text
    assert 'hx-trigger="every 1s"' in text
    assert "cutting" in text
    assert "no worker is running" not in text


def test_a_job_whose_total_is_unknown_shows_what_is_done(page: Any, person: User) -> None:
    job = Job.objects.create(kind="test", created_by=person, progress_done=3500, stage="cutting")
    text = page(job).content.decode()
    assert "<span>3500</span>" in text
    assert " %" not in text
    assert "value=" not in text


def test_the_page_reports_a_missing_worker(page: Any, person: User) -> None:
    assert "no worker is running" in page(Job.objects.create(kind="test", created_by=person)).content.decode()


def test_a_waiting_job_reports_a_missing_broker(page: Any, person: User) -> None:
    service_heartbeats.record_heartbeat("worker", "w")
    service_heartbeats.record_heartbeat("sweep", "s")
    job = Job.objects.create(kind="test", created_by=person)
    assert "the message broker does not respond" in page(job).content.decode()
    service_heartbeats.record_broker_up()
    assert "the message broker does not respond" not in page(job).content.decode()
    service_heartbeats.record_broker_down()
    job.state, job.lease_until = "running", timezone.now()
    job.save()
    assert "the message broker does not respond" not in page(job).content.decode()


def test_deactivated_people_see_no_job(person: User) -> None:
    job = Job.objects.create(kind="test", created_by=person)
    assert can_view(person, job)
    person.is_active = False
    assert not can_view(person, job)


def test_a_failed_job_shows_the_reason_and_stops_polling(page: Any, person: User) -> None:
    job = Job.objects.create(
        kind="test", created_by=person, state="failed", error_code="job.abandoned", error_params={"attempts": 5}
    )
    text = page(job).content.decode()
    assert "The worker died during each of 5 attempts" in text
    assert "hx-get" not in text


def test_the_page_of_a_finished_job_is_reloaded_only_by_the_fragment(page: Any, person: User) -> None:
    job = Job.objects.create(kind="test", created_by=person, state="done")
    assert page(job, HX_Request="true")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in page(job)


def test_a_stranger_gets_404(page: Any) -> None:
    assert page(Job.objects.create(kind="test")).status_code == 404


def test_only_managers_see_the_jobs_of_their_corpus(page: Any, person: User) -> None:
    membership = MembershipFactory(user=person, role="manager")
    job = Job.objects.create(kind="test", scope=str(membership.corpus.public_id))
    assert page(job).status_code == 200
    membership.is_manager, membership.is_annotator = False, True
    membership.save()
    assert page(job).status_code == 404
    job.created_by = person
    job.save()
    assert page(job).status_code == 404
