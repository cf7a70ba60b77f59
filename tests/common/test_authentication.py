"""Who the API takes a request to come from."""

from uuid import uuid4

import pytest
from django.test import Client

from corpus.models import Membership
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotator() -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus_with_work(), role="annotator")
    RaterFactory(corpus=membership.corpus, membership=membership)
    return membership


def claim(client: Client, annotator: Membership, **headers: str) -> tuple[int, str]:
    answer = client.post(f"/api/v1/corpora/{annotator.corpus.slug}/claim/", headers=headers)
    return answer.status_code, answer.json().get("code", "")


def test_a_page_that_somebody_else_opened_gets_nothing(client: Client, annotator: Membership) -> None:
    client.force_login(annotator.user)
    assert claim(client, annotator, **{"X-Concord-Author": str(uuid4())}) == (409, "common.not_the_author")
    assert claim(client, annotator, **{"X-Concord-Author": str(annotator.user.public_id)}) == (200, "")
    assert claim(client, annotator) == (200, "")


def test_a_missing_cookie_is_told_apart_from_what_is_not_allowed(annotator: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(annotator.user)
    assert claim(client, annotator) == (403, "csrf")
    Membership.objects.update(role="manager")
    client = Client()
    client.force_login(annotator.user)
    assert claim(client, annotator) == (403, "permission_denied")
    assert claim(Client(), annotator) == (401, "not_authenticated")
