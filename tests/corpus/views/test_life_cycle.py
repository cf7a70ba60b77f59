"""The pages that copy and delete."""

import math

import pytest
from django.test import Client
from django.urls import reverse

from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, Episode, Membership, Revision, Series
from tests.factories import MembershipFactory, UserFactory
from tests.full_corpus import first_episode, full_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = full_corpus()
    manager = UserFactory(may_create_corpora=True)
    MembershipFactory(corpus=made, user=manager, roles=[Membership.Role.MANAGER])
    client.force_login(manager)
    return made


def test_the_page_of_a_deletion_states_what_goes_and_how_to_back_up(client: Client, corpus: Corpus) -> None:
    page = client.get(reverse("corpus:delete", args=[corpus.slug])).content.decode()
    revisions = Revision.objects.filter(annotation__rater__corpus=corpus).count()
    assert revisions > 8
    for text in ("Annotations", "Releases", "manage.py backup", corpus.slug, f"in {revisions} revisions"):
        assert text in page


@pytest.mark.parametrize("kind", ["episode", "series"])
def test_the_page_of_a_part_states_the_minutes_that_disappear_from_the_hours(
    client: Client, corpus: Corpus, kind: str
) -> None:
    episode = first_episode(corpus)
    part = episode if kind == "episode" else episode.series
    url = reverse(f"corpus:delete_{kind}", args=[corpus.slug, part.public_id])
    of_part = {"annotation__utterance__dialogue__" + kind: part}
    assert "disappear" not in client.get(url).content.decode()
    revisions = list(Revision.objects.filter(**of_part))
    assert revisions
    for revision in revisions:  # rows are added, never changed
        Revision.objects.create(
            annotation=revision.annotation,
            number=revision.number + 1,
            cause="undo",
            author=revision.author,
            codebook=revision.codebook,
            active_ms=90_000,
        )
    minutes = math.ceil(len(revisions) * 1.5)
    assert f"{minutes} minutes of active time disappear from the hours" in client.get(url).content.decode()


def test_a_corpus_is_deleted_after_its_name_was_typed(client: Client, corpus: Corpus) -> None:
    url = reverse("corpus:delete", args=[corpus.slug])
    refused = client.post(url, {"name": "yes"})
    assert refused.status_code == 409
    assert f"Type this name exactly to confirm: {corpus.slug}" in refused.content.decode()
    assert client.post(url, {"name": corpus.slug})["Location"] == "/"
    home = client.get("/").content.decode()
    assert f"{corpus.title} is being deleted" in home
    assert client.get(reverse("corpus:overview", args=[corpus.slug])).status_code == 404
    assert client.get(url).status_code == 200
    job = Job.objects.get(kind="corpus.delete")
    execute(str(job.public_id))
    assert not Corpus.objects.exists()
    assert corpus.title not in client.get("/").content.decode()


def test_a_failed_deletion_is_tried_again_from_its_page(client: Client, corpus: Corpus) -> None:
    url = reverse("corpus:delete", args=[corpus.slug])
    client.post(url, {"name": corpus.slug})
    Job.objects.filter(kind="corpus.delete").update(state="failed", error_code="job.crashed", error_params={"job": "x"})
    assert "Try again" in client.get("/").content.decode()
    assert "Try again" in client.get(url).content.decode()
    client.post(url, {"name": corpus.slug})
    assert Job.objects.get(kind="corpus.delete").state == "queued"


@pytest.mark.parametrize("kind", ["episode", "series"])
def test_an_episode_and_a_series_are_deleted_after_their_name_was_typed(
    client: Client, corpus: Corpus, kind: str
) -> None:
    episode = first_episode(corpus)
    part: Episode | Series = episode if kind == "episode" else episode.series
    url = reverse(f"corpus:delete_{kind}", args=[corpus.slug, part.public_id])
    name = episode.title if kind == "episode" else episode.series.name
    assert "Releases and reports stay as they are" in client.get(url).content.decode()
    assert client.post(url, {"name": "x"}).status_code == 409
    assert client.post(url, {"name": name})["Location"] == reverse("corpus:jobs", args=[corpus.slug])
    execute(str(Job.objects.get(kind="corpus.delete_part").public_id))
    assert not type(part).objects.filter(pk=part.pk).exists()
    assert client.get(reverse("corpus:jobs", args=[corpus.slug])).status_code == 200
    assert "Deleted so far" in client.get(reverse("corpus:settings", args=[corpus.slug])).content.decode()


def test_the_list_of_episodes_leads_to_the_deletion(client: Client, corpus: Corpus) -> None:
    page = client.get(reverse("corpus:episodes", args=[corpus.slug])).content.decode()
    assert reverse("corpus:delete_episode", args=[corpus.slug, first_episode(corpus).public_id]) in page


def test_a_copy_is_made_from_the_settings(client: Client, corpus: Corpus) -> None:
    Corpus.objects.filter(pk=corpus.pk).update(codebook=None)  # the one of the tests has no valid source
    url = reverse("corpus:copy", args=[corpus.slug])
    assert url in client.get(reverse("corpus:settings", args=[corpus.slug])).content.decode()
    assert "Guideline: version 1" in client.get(url).content.decode()
    taken = client.post(url, {"title": "Pilot", "slug": corpus.slug})
    assert "already in use" in taken.content.decode()
    response = client.post(url, {"title": "Pilot", "slug": "pilot"})
    assert response["Location"] == reverse("corpus:overview", args=["pilot"])
    page = client.get(response["Location"]).content.decode()
    assert "The copy was created" in page


def test_a_name_that_is_taken_is_refused_on_the_settings(client: Client, corpus: Corpus) -> None:
    client.post(reverse("corpus:rename", args=[corpus.slug]), {"slug": "new"})
    assert "already in use" in client.get(reverse("corpus:settings", args=[corpus.slug])).content.decode()
