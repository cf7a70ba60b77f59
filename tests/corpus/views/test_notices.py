"""Notices to managers about services that are down."""

import pytest
from django.test import Client
from django.urls import reverse

from common.jobs import service_heartbeats
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db

NO_WORKER, NO_SWEEP, NO_BROKER = "No worker is running", "The sweep is not running", "The broker does not respond"


@pytest.mark.parametrize(
    ("alive", "expected"),
    [
        ([], NO_WORKER),
        (["sweep", "broker"], NO_WORKER),
        (["worker"], NO_SWEEP),
        (["worker", "sweep"], NO_BROKER),
        (["worker", "sweep", "broker"], ""),
    ],
)
def test_only_managers_see_that_a_service_is_down(client: Client, alive: list[str], expected: str) -> None:
    corpus = CorpusFactory()
    for service in alive:
        service_heartbeats.record_heartbeat(service, service)
    for role, sees in (("manager", [expected] if expected else []), ("annotator", [])):
        client.force_login(MembershipFactory(corpus=corpus, role=role).user)
        page = client.get(reverse("corpus:overview", args=[corpus.slug])).content.decode()
        assert [notice for notice in (NO_WORKER, NO_SWEEP, NO_BROKER) if notice in page] == sees
