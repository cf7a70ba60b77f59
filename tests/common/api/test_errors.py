"""Error responses of the API."""

import pytest
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from common.api.errors import crashed
from common.domain.api_tokens import make_token
from tests.annotator.material import corpus_with_work
from tests.factories import PASSWORD, MembershipFactory, RaterFactory


@pytest.mark.django_db
def test_an_unknown_address_returns_json_to_a_script(client: Client) -> None:
    answer = client.get("/api/v1/corpora/ü/claim/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


def test_a_crash_answers_a_script_in_its_own_form(rf: RequestFactory) -> None:
    answer = crashed(rf.get("/api/v1/x/"))
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    assert crashed(rf.get("/x/"))["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_a_body_above_the_limit_is_not_read(client: Client) -> None:
    membership = MembershipFactory(corpus=corpus_with_work(), role="annotator")
    RaterFactory(corpus=membership.corpus, membership=membership)
    client.force_login(membership.user)
    assignment = client.post(f"/api/v1/corpora/{membership.corpus.slug}/claim/").json()["id"]
    token = make_token(user=membership.user, name="x", password=PASSWORD, now=timezone.now())[1]
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        for headers in ({}, {"Authorization": f"Bearer {token}"}):
            answer = client.post(
                f"/api/v1/assignments/{assignment}/heartbeat/",
                {"x": "y" * 100},
                content_type="application/json",
                headers=headers,
            )
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
def test_malformed_requests_are_reported_by_field(client: Client) -> None:
    membership = MembershipFactory(corpus=corpus_with_work(), role="annotator")
    RaterFactory(corpus=membership.corpus, membership=membership)
    client.force_login(membership.user)
    work = client.post(f"/api/v1/corpora/{membership.corpus.slug}/claim/").json()
    address = f"/api/v1/assignments/{work['id']}/operations/"
    body = {"token": 1, "author": work["author"], "operations": [{"id": "7", "kind": "commit"}]}
    answer = client.post(address, body, content_type="application/json")
    error = answer.json()
    assert (answer.status_code, error["code"]) == (400, "invalid")
    assert error["params"]["operations"]["0"]["utterance"] == ["This field is required."]
    assert error["detail"].startswith("operations.0.id: ")
    answer = client.post(address, "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
