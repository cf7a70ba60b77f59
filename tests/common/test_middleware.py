import pytest
from django.test import Client
from django.urls import reverse

from common.models import Job
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_pages_of_signed_in_people_are_not_cached(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/")["Cache-Control"] == "private, no-store"


def test_a_view_that_decides_about_keeping_is_heard(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    job = Job.objects.create(kind="test", created_by=user)
    assert client.get(reverse("common:job", args=[job.public_id]))["Cache-Control"].startswith("max-age=0")


def test_a_fragment_without_a_session_reloads_the_page(client: Client) -> None:
    job = Job.objects.create(kind="test")
    address = reverse("common:job", args=[job.public_id])
    assert client.get(address).status_code == 302
    answer = client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")
