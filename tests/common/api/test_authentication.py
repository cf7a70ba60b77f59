"""Authentication of API requests."""

import re
import subprocess
import sys
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from annotator.models import Assignment
from common.api import throttling
from common.domain.api_tokens import make_token
from common.models import User
from corpus.models import Membership, Revision
from tests.annotator.material import answered, corpus_with_work
from tests.conftest import ROOT
from tests.factories import PASSWORD, MediaFileFactory, MembershipFactory, RaterFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotator() -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus_with_work(), role="annotator")
    RaterFactory(corpus=membership.corpus, membership=membership)
    return membership


def claim(client: Client, annotator: Membership, **headers: str) -> tuple[int, str]:
    answer = client.post(f"/api/v1/corpora/{annotator.corpus.slug}/claim/", headers=headers)
    return answer.status_code, answer.json().get("code", "")


def test_a_page_opened_by_another_person_is_refused(client: Client, annotator: Membership) -> None:
    client.force_login(annotator.user)
    assert claim(client, annotator, **{"X-Concord-Author": str(uuid4())}) == (409, "common.not_the_author")
    assert claim(client, annotator, **{"X-Concord-Author": str(annotator.user.public_id)}) == (200, "")
    assert claim(client, annotator) == (200, "")


def test_a_missing_cookie_differs_from_a_forbidden_request(annotator: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(annotator.user)
    assert claim(client, annotator) == (403, "csrf")
    Membership.objects.update(is_manager=True, is_annotator=False)
    client = Client()
    client.force_login(annotator.user)
    assert claim(client, annotator) == (403, "permission_denied")
    assert claim(Client(), annotator) == (401, "not_authenticated")


def test_a_response_has_the_headers_of_a_page(client: Client, annotator: Membership) -> None:
    client.force_login(annotator.user)
    answer = client.post(f"/api/v1/corpora/{annotator.corpus.slug}/claim/", headers={"accept-language": "zh-hans"})
    assert answer["Content-Length"] == str(len(answer.content))
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    expected = {
        "Cache-Control": "private, no-store",
        "Content-Language": "zh-hans",
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    assert {name: answer[name] for name in expected} == expected


def token_of(person: User) -> str:
    return make_token(user=person, name="a script", password=PASSWORD, now=timezone.now())[1]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_its_person_without_cookie_and_csrf_token(annotator: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = bearer(token_of(annotator.user))
    assert claim(client, annotator, **headers) == (200, "")
    assert Assignment.objects.get().rater == annotator.rater
    assert client.cookies == {}
    stranger = bearer(token_of(UserFactory()))
    assert claim(client, annotator, **stranger) == (404, "not_found")


def test_a_token_outweighs_the_session_and_opens_no_page(client: Client, annotator: Membership) -> None:
    client.force_login(UserFactory())
    assert claim(client, annotator, **bearer(token_of(annotator.user))) == (200, "")
    assert Client().get("/", headers=bearer(token_of(annotator.user))).status_code == 302


def test_an_invalid_token_differs_from_a_missing_one(client: Client, annotator: Membership) -> None:
    client.force_login(annotator.user)
    assert claim(client, annotator, **bearer("concord_x")) == (401, "bad_token")
    assert claim(client, annotator, Authorization="Basic eDp5") == (200, ""), "another scheme is ignored"
    answer = client.post("/api/v1/corpora/x/claim/", headers=bearer("concord_x"))
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_and_a_session_share_one_limit_of_requests(
    client: Client, annotator: Membership, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_PER_MINUTE = 2
    monkeypatch.setattr(throttling, "clock", lambda: 90.0)
    client.force_login(annotator.user)
    headers = bearer(token_of(annotator.user))
    assert [claim(client, annotator)[0], claim(Client(), annotator, **headers)[0]] == [200, 200]
    assert claim(Client(), annotator, **headers) == (429, "throttled")
    assert claim(client, annotator) == (429, "throttled")
    monkeypatch.setattr(throttling, "clock", lambda: 120.0)
    assert claim(client, annotator)[0] == 200


def test_a_recording_takes_the_token_of_a_member(annotator: Membership) -> None:
    file = MediaFileFactory(corpus=annotator.corpus)
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(b"film")
    address = f"/media/{file.public_id}/"
    answers = [
        Client().get(address, headers=headers).status_code
        for headers in (bearer(token_of(annotator.user)), bearer(token_of(UserFactory())), bearer("concord_x"), {})
    ]
    assert answers == [200, 404, 401, 302]


def test_a_script_in_the_documentation_labels_everything(annotator: Membership, live_server: Any) -> None:
    [script] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.DOTALL)
    token = token_of(annotator.user)
    environment = {"CONCORD_URL": live_server.url, "CONCORD_CORPUS": annotator.corpus.slug, "CONCORD_TOKEN": token}
    for _ in range(2):  # the second time nothing is left
        subprocess.run([sys.executable, "-c", script], env=environment, check=True, timeout=60)
    assert Assignment.objects.get().state == "done"
    assert [revision.answers for revision in Revision.objects.all()] == [answered()]
    assert annotator.user.api_tokens.get().last_used_at is not None
