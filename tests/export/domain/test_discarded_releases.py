"""Discarded releases."""

import pytest
from django.core.management import CommandError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import Refused
from common.jobs.queue import execute
from common.models import User
from corpus.models import Corpus, MediaFile
from export.domain.options import Options
from export.domain.releases import discard_release, request_release, suggested_name
from export.models import Release
from tests.export.material import export, released_corpus
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus()


def made(corpus: Corpus, name: str) -> Release:
    release = request_release(corpus=corpus, name=name, options=Options(), here=True)
    assert release.job
    execute(str(release.job.public_id))
    return Release.objects.select_related("file").get(pk=release.pk)


def discarded(release: Release, person: User | None = None, reason: str = "wrong licence") -> Release:
    discard_release(release=release, reason=reason, discarded_by=person or UserFactory(), now=NOW)
    release.refresh_from_db()
    return release


def test_its_zip_is_removed_and_its_row_stays(corpus: Corpus) -> None:
    release = made(corpus, "v1")
    assert release.file
    path, manifest, person = release.file.path, release.manifest, UserFactory()
    discarded(release, person, "  wrong licence ")
    assert not path.exists()
    assert not MediaFile.objects.filter(kind="release").exists()
    assert release.file_id is None
    assert release.manifest == manifest
    assert (release.discarded_at, release.discarded_by, release.discard_reason) == (NOW, person, "wrong licence")


def test_its_name_is_never_used_again(corpus: Corpus) -> None:
    discarded(made(corpus, "v1"))
    assert suggested_name(corpus) == "v2"
    with pytest.raises(Refused) as refusal:
        request_release(corpus=corpus, name="v1", options=Options())
    assert refusal.value.code == "export.name_taken"


def test_the_command_does_not_use_it_either(corpus: Corpus, tmp_path: pytest.TempPathFactory) -> None:
    discarded(made(corpus, "v1"))
    with pytest.raises(CommandError, match="already exists"):
        export(corpus, tmp_path / "out", "--register", "v1")  # type: ignore[operator]


def test_a_file_that_another_release_shares_stays(corpus: Corpus) -> None:
    first, second = made(corpus, "v1"), made(corpus, "v2")
    assert first.file
    assert second.file
    Release.objects.filter(pk=second.pk).update(file=first.file)
    discarded(first)
    assert first.file_id is None
    second.refresh_from_db()
    assert second.file
    assert second.file.path.exists()


def test_refusals(corpus: Corpus) -> None:
    waiting = request_release(corpus=corpus, name="v0", options=Options(), here=True)
    release = made(corpus, "v1")
    for case, reason, code in ((waiting, "x", "not_made"), (release, " ", "no_reason")):
        with pytest.raises(Refused) as refusal:
            discarded(case, reason=reason)
        assert refusal.value.code == f"export.{code}"
    discarded(release)
    with pytest.raises(Refused) as refusal:
        discarded(release)
    assert refusal.value.code == "export.discarded_already"


def test_the_database_wants_a_reason_and_no_file(corpus: Corpus) -> None:
    release = made(corpus, "v1")
    for fields in ({"discarded_at": NOW}, {"discarded_at": NOW, "discard_reason": "x"}, {"discard_reason": "x"}):
        with pytest.raises(IntegrityError):
            Release.objects.filter(pk=release.pk).update(**fields)


def test_the_pages_show_it_as_discarded(client: Client, corpus: Corpus) -> None:
    release = made(corpus, "v1")
    member = MembershipFactory(corpus=corpus, roles=["manager"])
    client.force_login(member.user)
    page = reverse("export:release", args=[corpus.slug, release.public_id])
    assert "Discard this release" in client.get(page).content.decode()
    client.post(reverse("export:discard", args=[corpus.slug, release.public_id]), {"reason": "wrong licence"})
    shown = client.get(page).content.decode()
    assert "wrong licence" in shown
    assert "Download the zip" not in shown
    assert "Discarded" in client.get(reverse("export:releases", args=[corpus.slug])).content.decode()
    for name in ("download", "manifest"):
        assert client.get(reverse(f"export:{name}", args=[corpus.slug, release.public_id])).status_code == 404


def test_a_zip_that_somebody_deleted_by_hand_is_called_missing(client: Client, corpus: Corpus) -> None:
    release = made(corpus, "v1")
    assert release.file
    release.file.path.unlink()
    member = MembershipFactory(corpus=corpus, roles=["manager"])
    client.force_login(member.user)
    shown = client.get(reverse("export:release", args=[corpus.slug, release.public_id])).content.decode()
    assert "missing on the server" in shown
    release.refresh_from_db()
    assert release.discarded_at is None
