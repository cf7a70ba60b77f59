"""Stored differences of releases, and their pages."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, MediaFile
from export.domain import release_difference
from export.domain.differences import Filter, changes_of, number_of_changes, request_difference
from export.domain.options import Options
from export.domain.releases import discard_release, request_release
from export.models import Release, ReleaseDifference
from export.views import differences
from tests.agreement.material import utterances
from tests.annotator.material import answered
from tests.export.material import released_corpus
from tests.factories import MembershipFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=8)


def made(corpus: Corpus, name: str) -> Release:
    release = request_release(corpus=corpus, name=name, options=Options(), here=True)
    assert release.job
    execute(str(release.job.public_id))
    return Release.objects.select_related("file").get(pk=release.pk)


def changed(corpus: Corpus) -> None:
    """Three labels change, and a dialogue is no longer released."""
    assert corpus.codebook
    answers = answered(sentiment="positive")
    codes = corpus.codebook.layout().encode(answers)
    for place in (3, 6, 9):
        utterances(corpus)[place].annotations.update(answers=answers, codes=codes)
    corpus.dialogues.filter(order=7).update(state="draft", ready_at=None)


def compared(old: Release, new: Release) -> ReleaseDifference:
    row = request_difference(old=old, new=new, requested_by=None)
    assert row.job
    execute(str(row.job.public_id))
    return ReleaseDifference.objects.select_related("old", "new", "file", "job").get(pk=row.pk)


@pytest.fixture
def difference(corpus: Corpus) -> ReleaseDifference:
    old = made(corpus, "v1")
    changed(corpus)
    return compared(old, made(corpus, "v2"))


@pytest.fixture
def manager(corpus: Corpus) -> Client:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def test_the_changes_are_stored_once_and_read_in_pages(difference: ReleaseDifference) -> None:
    assert difference.summary is not None
    everything = changes_of(difference, Filter())
    assert everything[0]["kind"] == "removed"
    labels = [row for row in everything if row["kind"] == "label"]
    assert {(row["question"], row["to"], row["why"]) for row in labels if row["question"] == "sentiment"} == {
        ("sentiment", "positive", "revision")
    }
    assert changes_of(difference, Filter(), start=1, count=2) == everything[1:3]
    for chosen in (Filter(), Filter(kind="removed"), Filter(kind="label"), Filter("label", "sentiment", "revision")):
        assert number_of_changes(difference.summary, chosen) == len(changes_of(difference, chosen))
    assert number_of_changes(difference.summary, Filter(kind="added")) == 0
    assert number_of_changes(difference.summary, Filter(why="revision")) == len(labels)
    again = request_difference(old=difference.old, new=difference.new, requested_by=None)
    assert again.pk == difference.pk
    assert difference.job
    Job.objects.filter(pk=difference.job.pk).update(state="queued")
    execute(str(difference.job.public_id))
    assert ReleaseDifference.objects.get().file_id == difference.file_id


def test_only_two_releases_with_their_files_are_compared(corpus: Corpus) -> None:
    release = made(corpus, "v1")
    with refused("export.same_release"):
        request_difference(old=release, new=release, requested_by=None)
    waiting = request_release(corpus=corpus, name="v2", options=Options())
    with refused("export.no_files"):
        request_difference(old=release, new=waiting, requested_by=None)


def test_a_discarded_release_takes_its_differences_with_it(difference: ReleaseDifference) -> None:
    other = ReleaseDifference.objects.create(
        old=difference.new, new=difference.old, summary=difference.summary, file=difference.file
    )
    assert difference.file
    path = difference.file.path
    discard_release(release=difference.old, reason="wrong", discarded_by=UserFactory(), now=timezone.now())
    assert not ReleaseDifference.objects.filter(pk__in=[difference.pk, other.pk]).exists()
    assert not MediaFile.objects.filter(pk=difference.file.pk).exists()
    assert not path.exists()


def test_a_release_discarded_before_the_comparison_began_leaves_nothing(corpus: Corpus) -> None:
    old, new = made(corpus, "v1"), made(corpus, "v2")
    row = request_difference(old=old, new=new, requested_by=None)
    assert row.job
    discard_release(release=old, reason="wrong", discarded_by=UserFactory(), now=timezone.now())
    execute(str(row.job.public_id))
    assert (Job.objects.get(pk=row.job.pk).state, ReleaseDifference.objects.count()) == ("done", 0)


def test_a_release_discarded_during_the_comparison_leaves_nothing(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = made(corpus, "v1"), made(corpus, "v2")
    row = request_difference(old=old, new=new, requested_by=None)
    compute = release_difference.difference

    def discards(*sides: Any, **options: Any) -> Any:
        found = compute(*sides, **options)
        ReleaseDifference.objects.all().delete()
        return found

    monkeypatch.setattr("export.domain.differences.difference", discards)
    assert row.job
    execute(str(row.job.public_id))
    job = Job.objects.get(pk=row.job.pk)
    assert (job.state, job.error_code) == ("failed", "export.no_files")
    assert not MediaFile.objects.filter(content_type="application/gzip").exists()


def test_a_damaged_release_is_reported_and_can_be_compared_once_it_is_restored(corpus: Corpus) -> None:
    old, new = made(corpus, "v1"), made(corpus, "v2")
    changed(corpus)
    new = made(corpus, "v3")
    assert old.file
    content = old.file.path.read_bytes()
    old.file.path.chmod(0o600)
    old.file.path.write_bytes(content[:100])
    row = compared(old, new)
    assert row.job
    assert (row.summary, row.job.error_code) == (None, "export.unknown_release")
    old.file.path.write_bytes(content)
    again = compared(old, new)
    assert again.pk != row.pk
    assert again.summary is not None


# --- pages -------------------------------------------------------------------------------------------------


def test_a_manager_chooses_two_releases_and_reads_what_changed(manager: Client, corpus: Corpus) -> None:
    old = made(corpus, "v1")
    address = reverse("export:compare", args=[corpus.slug])
    assert "needs two releases" in manager.get(address).content.decode()
    changed(corpus)
    new = made(corpus, "v2")
    form = manager.get(address).context["form"]
    assert (form["old"].value(), form["new"].value()) == (str(old.public_id), str(new.public_id))
    same = manager.post(address, {"old": old.public_id, "new": old.public_id})
    assert "two different releases" in same.content.decode()
    answer = manager.post(address, {"old": old.public_id, "new": new.public_id})
    waiting = manager.get(answer["Location"])
    assert 'data-state="queued"' in waiting.content.decode()
    row = ReleaseDifference.objects.select_related("job").get()
    assert row.job
    execute(str(row.job.public_id))
    shown = manager.get(answer["Location"])
    page = " ".join(shown.content.decode().split())
    target = utterances(corpus)[3]
    assert f"#utterance-{target.public_id}" in page
    assert f"/labels/?dialogue={target.dialogue.code}" in page
    assert "answers added or changed" in page
    assert "v1 → v2" in " ".join(manager.get(address).content.decode().split())
    for name in ("v1", "v2"):
        [link] = re.findall(rf'href="([^"]+differs=sentiment[^"]+{name}%3A[^"]+)"', page)
        assert manager.get(link.replace("&amp;", "&")).context["page"].rows, "alpha links to the differing answers"
    only = manager.get(answer["Location"], {"kind": "removed"}).context["changes"]
    assert [(each["kind"], each["before"][0]["name"]) for each in only] == [("removed", only[0]["from"])]
    assert manager.get(answer["Location"], {"kind": "nonsense"}).status_code == 404


def test_large_differences_have_pages(
    manager: Client, corpus: Corpus, difference: ReleaseDifference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differences, "SHOWN", 2)
    address = reverse("export:difference", args=[corpus.slug, difference.public_id])
    everything = changes_of(difference, Filter())
    found: list[str] = []
    for number in range(1, len(everything) // 2 + 2):
        page = manager.get(address, {"page": number})
        if page.context["page"].number == number:
            found += [each["id"] for each in page.context["changes"]]
    assert found == [each["id"] for each in everything]


def test_the_changes_are_downloaded_as_csv(manager: Client, corpus: Corpus, difference: ReleaseDifference) -> None:
    address = reverse("export:difference_csv", args=[corpus.slug, difference.public_id])
    response: Any = manager.get(address)
    assert response["Content-Disposition"] == f'attachment; filename="{corpus.slug}-v1-to-v2.csv"'
    text = b"".join(response.streaming_content).decode()
    assert list(csv.DictReader(io.StringIO(text))) == changes_of(difference, Filter())
    assert difference.file
    difference.file.path.unlink()
    assert manager.get(address).status_code == 404
    assert manager.get(reverse("export:difference", args=[corpus.slug, difference.public_id])).status_code == 404


def test_a_page_costs_the_same_for_any_number_of_changes(
    manager: Client, corpus: Corpus, difference: ReleaseDifference, django_assert_num_queries: Any
) -> None:
    address = reverse("export:difference", args=[corpus.slug, difference.public_id])
    manager.get(address)
    for chosen in ({}, {"kind": "label"}):
        with django_assert_num_queries(9):
            manager.get(address, chosen)


def test_an_annotator_among_the_managers_is_asked_first(corpus: Corpus, difference: ReleaseDifference) -> None:
    corpus.allows_several_roles = True
    corpus.save()
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, roles=["manager", "annotator"]).user)
    for name in ("export:difference", "export:difference_csv"):
        response = client.get(reverse(name, args=[corpus.slug, difference.public_id]))
        assert response.status_code in {200, 409}
        assert b"positive" not in getattr(response, "content", b"")
