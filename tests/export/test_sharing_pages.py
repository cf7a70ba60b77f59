"""Pages and downloads behind a sharing link, and the managers' page of links."""

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.auth.visitor_limit import VisitorLimit
from corpus.models import Corpus
from export.domain.sharing import share_release
from export.models import Release, SharedDownload, SharingLink
from export.views import sharing
from tests.export.stored import CONTENT, stored_release
from tests.factories import CorpusFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def visitors(monkeypatch: pytest.MonkeyPatch) -> VisitorLimit:
    limit = VisitorLimit()
    monkeypatch.setattr(sharing, "visitors", limit)
    return limit


@pytest.fixture
def corpus() -> Corpus:
    made: Corpus = CorpusFactory(slug="flat", title="The flat")
    return made


@pytest.fixture
def release(corpus: Corpus) -> Release:
    return stored_release(corpus)


@pytest.fixture
def token(release: Release) -> str:
    now = timezone.now()
    return share_release(release=release, expires_at=now + timedelta(days=14), created_by=None, now=now)[1]


@pytest.fixture
def manager(corpus: Corpus) -> Client:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def page(token: str) -> str:
    return reverse("shared", args=[token])


def file(token: str, name: str = "flat-v1.zip") -> str:
    return reverse("shared_file", args=[token, name])


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_public_page_says_what_there_is_and_how_to_check_it(client: Client, token: str) -> None:
    response = client.get(page(token))
    shown = " ".join(response.content.decode().split())
    for text in (
        "The flat",
        "Release v1",
        "2048 bytes",
        hashlib.sha256(CONTENT).hexdigest(),
        "sha256sum flat-v1.zip",
        f"curl -fC - -O http://testserver{file(token)}",
        "11 utterances",
        "· train 8 · dev 2 · test 1",
        "CC-BY-4.0",
        "CC0",
        "not stated",
    ):
        assert text in shown, text
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex, nofollow, noarchive", "no-referrer")
    assert "no-store" in response["Cache-Control"]
    assert 'name="robots" content="noindex' in shown


def test_the_public_page_speaks_the_language_of_the_visitor(client: Client, token: str) -> None:
    assert 'lang="zh-Hans"' in client.get(page(token), headers={"accept-language": "zh-CN"}).content.decode()[:200]
    answer = client.get(page(token), {"language": "zh-hans"}, headers={"accept-language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, page(token))
    assert 'lang="zh-Hans"' in client.get(page(token), headers={"accept-language": "en"}).content.decode()[:200]
    assert client.get(page(token), {"language": "tlh"}).status_code == 200


def test_the_zip_is_sent_resumed_and_logged(client: Client, token: str) -> None:
    whole = client.get(file(token), REMOTE_ADDR="203.0.113.7")
    assert (whole.status_code, body(whole)) == (200, CONTENT)
    assert whole["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    assert whole["Content-Disposition"] == 'attachment; filename="flat-v1.zip"'
    assert (whole["X-Robots-Tag"], whole["Referrer-Policy"]) == ("noindex, nofollow, noarchive", "no-referrer")
    rest = client.get(file(token), headers={"range": "bytes=2000-"}, REMOTE_ADDR="203.0.113.9")
    assert (rest.status_code, body(rest)) == (206, CONTENT[2000:])
    assert client.head(file(token)).status_code == 200
    assert client.get(file(token), headers={"range": "bytes=9999-"}).status_code == 416
    assert client.get(file(token), headers={"if-none-match": whole["ETag"]}).status_code == 304
    [row] = SharedDownload.objects.values_list("network", "requests", "bytes")
    assert row == ("203.0.113.0/24", 2, len(CONTENT) + 48)


def test_the_checksum_has_the_form_of_sha256sum(client: Client, token: str) -> None:
    response = client.get(file(token, "flat-v1.zip.sha256"))
    assert response.content.decode() == f"{hashlib.sha256(CONTENT).hexdigest()}  flat-v1.zip\n"
    assert SharedDownload.objects.count() == 0


@pytest.mark.parametrize("name", ["flat-v2.zip", "manifest.json", "flat-v1.zip.md5"])
def test_a_link_opens_nothing_else(client: Client, token: str, release: Release, name: str) -> None:
    stored_release(release.corpus, "v2", b"other")
    assert client.get(file(token, name)).status_code == 404
    assert client.get(reverse("export:release", args=["flat", release.public_id])).status_code == 302  # to sign in
    assert client.post(page(token)).status_code == 405


@pytest.mark.parametrize("state", ["unknown", "revoked", "expired", "discarded"])
def test_a_dead_link_says_why_and_gives_nothing(client: Client, token: str, state: str) -> None:
    if state == "revoked":
        SharingLink.objects.update(revoked_at=timezone.now())
    elif state == "expired":
        SharingLink.objects.update(expires_at=timezone.now())
    elif state == "discarded":
        gone = {"file": None, "discarded_at": timezone.now(), "discard_reason": "wrong licence"}
        Release.objects.update(**gone)
    else:
        token = "x" * 43
    for address in (page(token), file(token)):
        response = client.get(address)
        assert response.status_code == 404
        assert response["Referrer-Policy"] == "no-referrer"
        assert "wrong licence" not in response.content.decode()
        assert ("no such link" in response.content.decode()) == (state == "unknown")
    assert SharedDownload.objects.count() == 0


def test_too_many_requests_of_an_address_are_refused_for_a_minute(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "visitors", VisitorLimit(per_minute=2))
    found = [client.get(page("wrong"), REMOTE_ADDR="203.0.113.7") for _ in range(3)]
    assert [response.status_code for response in found] == [404, 404, 429]
    assert 0 < int(found[2]["Retry-After"]) <= 60
    assert client.get(page(token), REMOTE_ADDR="203.0.113.7").status_code == 429
    assert client.get(page(token), REMOTE_ADDR="203.0.113.8").status_code == 200


def test_too_many_copies_for_a_network_are_refused(client: Client, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.domain.sharing.COPIES_PER_DAY", 1)
    assert client.get(file(token)).status_code == 200
    refused = client.get(file(token))
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert SharedDownload.objects.get().requests == 1


@pytest.mark.parametrize("role", ["annotator", "adjudicator"])
def test_members_who_label_or_settle_stay_blind(client: Client, corpus: Corpus, token: str, role: str) -> None:
    client.force_login(MembershipFactory(corpus=corpus, role=role).user)
    for address in (page(token), file(token), file(token, "flat-v1.zip.sha256")):
        assert client.get(address).status_code == 403
    client.force_login(UserFactory())
    assert client.get(file(token)).status_code == 200


def test_managers_see_the_page_and_download_as_members(
    manager: Client, corpus: Corpus, release: Release, token: str
) -> None:
    assert "You are a manager of this corpus" in manager.get(page(token)).content.decode()
    answer = manager.get(file(token))
    assert answer["Location"] == reverse("export:download", args=["flat", release.public_id])
    assert SharedDownload.objects.count() == 0


def test_a_manager_creates_a_link_that_is_shown_once_and_revokes_it(
    manager: Client, client: Client, release: Release
) -> None:
    address = reverse("export:sharing", args=["flat", release.public_id])
    last = timezone.localdate() + timedelta(days=14)
    assert manager.get(address).context["form"]["last_day"].value() == last
    made = manager.post(address, {"note": "reviewers", "last_day": last.isoformat()})
    link = re.search(r"http://testserver(/shared/[\w-]{43}/)", made.content.decode())
    assert link
    assert client.get(link[1]).status_code == 200
    client.get(link[1] + "flat-v1.zip", REMOTE_ADDR="203.0.113.7")
    listed = manager.get(address).content.decode()
    assert link[1] not in listed
    for text in ("reviewers", "203.0.113.0/24", "2.0"):
        assert text in listed
    row = SharingLink.objects.get()
    assert timezone.localtime(row.expires_at).date() == last
    manager.post(reverse("export:revoke_link", args=["flat", row.public_id]))
    assert client.get(link[1]).status_code == 404
    assert "revoked" in manager.get(address).content.decode()


@pytest.mark.parametrize(("days", "is_made"), [(-1, False), (0, True), (364, True), (366, False)])
def test_the_last_day_is_bounded(manager: Client, release: Release, days: int, *, is_made: bool) -> None:
    address = reverse("export:sharing", args=["flat", release.public_id])
    last = timezone.localdate() + timedelta(days=days)
    response = manager.post(address, {"last_day": last.isoformat()})
    assert SharingLink.objects.exists() == is_made
    assert ("form" in (response.context or {}) and bool(response.context["form"].errors)) != is_made


def test_a_release_that_is_not_made_cannot_be_shared(manager: Client, corpus: Corpus) -> None:
    waiting = Release.objects.create(corpus=corpus, name="v1", options={})
    address = reverse("export:sharing", args=["flat", waiting.public_id])
    response = manager.post(address, {"last_day": timezone.localdate().isoformat()})
    assert "has no files" in str(response.context["form"].errors)
    assert "Create link" not in response.content.decode()
    assert not SharingLink.objects.exists()


def test_a_link_of_another_corpus_cannot_be_revoked(client: Client, token: str) -> None:
    other = MembershipFactory(role="manager")
    client.force_login(other.user)
    link = SharingLink.objects.get()
    assert client.post(reverse("export:revoke_link", args=[other.corpus.slug, link.public_id])).status_code == 404
    link.refresh_from_db()
    assert (link.revoked_at, bool(token)) == (None, True)


def test_the_page_of_links_costs_the_same_for_any_number(
    manager: Client, release: Release, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    address = reverse("export:sharing", args=["flat", release.public_id])
    for _ in range(3):
        share_release(release=release, expires_at=now + timedelta(days=1), created_by=None, now=now)
        manager.get(address)
        with django_assert_num_queries(7):
            manager.get(address)
