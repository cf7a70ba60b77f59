"""Sharing links: their life and their log."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from corpus.models import Corpus
from export.domain.releases import discard_release
from export.domain.sharing import (
    COPIES_PER_DAY,
    downloads_of,
    find_shared_release,
    links_of,
    record_download,
    revoke_sharing_link,
    share_release,
)
from export.models import Release, SharedDownload, SharingLink
from tests.export.stored import stored_release
from tests.factories import CorpusFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def corpus() -> Corpus:
    made: Corpus = CorpusFactory()
    return made


@pytest.fixture
def release(corpus: Corpus) -> Release:
    return stored_release(corpus)


def shared(release: Release, until: datetime = NOW + 14 * DAY) -> tuple[SharingLink, str]:
    return share_release(release=release, expires_at=until, created_by=None, now=NOW, note=" reviewers ")


def test_a_link_finds_its_release_and_only_its_hash_is_stored(release: Release) -> None:
    link, token = shared(release)
    assert find_shared_release(token=token, now=NOW).release == release
    assert link.note == "reviewers"
    assert len(token) >= 43
    row = SharingLink.objects.values().get()
    assert token not in [str(value) for value in row.values()]
    with refused("sharing.unknown"):
        find_shared_release(token=token[:-1], now=NOW)
    with refused("sharing.unknown"):
        find_shared_release(token=row["token_hash"], now=NOW)


def test_a_link_ends_with_its_time(release: Release) -> None:
    link, token = shared(release)
    find_shared_release(token=token, now=link.expires_at - timedelta(seconds=1))
    with refused("sharing.expired"):
        find_shared_release(token=token, now=link.expires_at)
    assert link.state == "open"
    link.expires_at = NOW - DAY
    assert link.state == "expired"


def test_a_link_ends_when_it_is_revoked_and_another_one_does_not(release: Release) -> None:
    link, token = shared(release)
    _, other = shared(release)
    revoke_sharing_link(link=link, now=NOW)
    revoke_sharing_link(link=link, now=NOW + DAY)
    link.refresh_from_db()
    assert (link.revoked_at, link.state) == (NOW, "revoked")
    with refused("sharing.revoked"):
        find_shared_release(token=token, now=NOW)
    find_shared_release(token=other, now=NOW)


def test_a_discarded_release_ends_its_links(release: Release) -> None:
    _, token = shared(release)
    discard_release(release=release, reason="wrong licence", discarded_by=UserFactory(), now=NOW)
    with refused("sharing.discarded"):
        find_shared_release(token=token, now=NOW)
    assert SharingLink.objects.get().revoked_at == NOW
    release.refresh_from_db()
    with refused("sharing.not_made"):
        shared(release)


def test_a_corpus_that_is_being_deleted_or_lost_its_file_shares_nothing(corpus: Corpus, release: Release) -> None:
    _, token = shared(release)
    assert release.file
    content = release.file.path.read_bytes()
    release.file.path.unlink()
    with refused("sharing.unknown"):
        find_shared_release(token=token, now=NOW)
    release.file.path.write_bytes(content)
    find_shared_release(token=token, now=NOW)
    corpus.archived_at = corpus.deletion_requested_at = NOW
    corpus.save(update_fields=["archived_at", "deletion_requested_at"])
    with refused("sharing.unknown"):
        find_shared_release(token=token, now=NOW)


def test_an_archived_corpus_keeps_its_links_and_logs_them(corpus: Corpus, release: Release) -> None:
    _, token = shared(release)
    corpus.archived_at = NOW
    corpus.save(update_fields=["archived_at"])
    link = find_shared_release(token=token, now=NOW)
    record_download(link=link, address="203.0.113.7", count=10, now=NOW)
    revoke_sharing_link(link=link, now=NOW)
    assert SharedDownload.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_link_without_a_bounded_life_is_refused(release: Release, days: int) -> None:
    with refused("sharing.bad_expiry"):
        shared(release, NOW + days * DAY)


def test_near_requests_of_a_network_are_one_download(release: Release) -> None:
    link, _ = shared(release)
    hour = timedelta(hours=1)
    for address, count, at in (
        ("203.0.113.7", 60, NOW),
        ("203.0.113.200", 40, NOW + hour / 2),  # the same network
        ("198.51.100.1", 100, NOW + hour / 2),
        ("203.0.113.7", 100, NOW + 2 * hour),
        ("203.0.113.7", 0, NOW + 5 * hour),  # HEAD
    ):
        record_download(link=link, address=address, count=count, now=at)
    found = list(downloads_of(release).values_list("network", "began_at", "last_at", "requests", "bytes"))
    assert found == [
        ("203.0.113.0/24", NOW + 2 * hour, NOW + 2 * hour, 1, 100),
        ("198.51.100.0/24", NOW + hour / 2, NOW + hour / 2, 1, 100),
        ("203.0.113.0/24", NOW, NOW + hour / 2, 2, 100),
    ]
    [row] = links_of(release)
    assert (row.taken, row.total, row.newest) == (3, 300, NOW + 2 * hour)  # type: ignore[attr-defined]


def test_a_network_gets_a_bounded_number_of_copies_per_day(release: Release) -> None:
    link, _ = shared(release)
    assert release.file
    size = release.file.size
    for _ in range(COPIES_PER_DAY):
        record_download(link=link, address="203.0.113.7", count=size, now=NOW)
    with refused("sharing.too_much"):
        record_download(link=link, address="203.0.113.8", count=size, now=NOW)
    record_download(link=link, address="198.51.100.1", count=size, now=NOW)
    record_download(link=link, address="203.0.113.8", count=size, now=NOW + DAY)


def test_networks_are_forgotten_after_ninety_days(release: Release) -> None:
    link, _ = shared(release, NOW + 300 * DAY)
    record_download(link=link, address="203.0.113.7", count=10, now=NOW)
    record_download(link=link, address="198.51.100.1", count=10, now=NOW + 91 * DAY)
    assert set(downloads_of(release).values_list("network", "bytes")) == {("", 10), ("198.51.100.0/24", 10)}
