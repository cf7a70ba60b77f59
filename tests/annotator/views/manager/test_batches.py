from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.manager.annotators import pause
from annotator.models import Assignment, Batch, Slot
from common.jobs.queue import execute
from corpus.domain.people.members import deactivate
from corpus.models import Corpus, Dialogue, Episode, Membership
from tests.annotator.material import corpus_with_work
from tests.factories import DialogueFactory, EpisodeFactory, MembershipFactory, RaterFactory, SlotFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=3, utterances=0, k=2)


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


def form(**more: Any) -> dict[str, Any]:
    return {"name": "First week", "purpose": "main", "scope": "all", "k": 2, "given": "everyone", "priority": 1} | more


def test_a_batch_is_created_changed_stopped_and_dissolved(manager: Client, corpus: Corpus) -> None:
    address = f"/c/{corpus.slug}/batches/"
    assert "All remaining (3)" in manager.get(f"{address}new/").content.decode()
    page = manager.post(f"{address}new/", form(most=2, deadline="2020-01-01"), follow=True).content.decode()
    batch = Batch.objects.get(is_automatic=False)
    assert "Batch with 2 dialogues created." in page
    assert "0 / 4" in page
    assert "overdue" in manager.get(address).content.decode()
    manager.post(f"{address}{batch.public_id}/change/", {"name": "Now", "priority": 2, "deadline": ""})
    batch.refresh_from_db()
    assert (batch.name, batch.priority, batch.deadline) == ("Now", 2, None)
    for what, closed in (("stop", True), ("resume", False)):
        manager.post(f"{address}{batch.public_id}/act/", {"what": what})
        batch.refresh_from_db()
        assert (batch.closed_at is not None) == closed
    page = manager.post(f"{address}{batch.public_id}/act/", {"what": "dissolve"}, follow=True).content.decode()
    assert "4 slots moved to the automatic batch." in page
    assert not Slot.objects.filter(batch=batch).exists()


def test_only_episodes_with_ready_dialogues_are_offered(manager: Client, corpus: Corpus) -> None:
    used = EpisodeFactory(series__corpus=corpus, series__name="Kept", title="In use")
    DialogueFactory(corpus=corpus, series=used.series, episode=used)
    for state in (Episode.State.FAILED, Episode.State.NEW):
        EpisodeFactory(series=used.series, title=f"{state} upload", state=state, playable=None)
        EpisodeFactory(series__corpus=corpus, series__name=f"{state} series", state=state, playable=None)
    page = manager.get(f"/c/{corpus.slug}/batches/new/").content.decode()
    assert "In use (1)" in page
    assert "Whole series (1)" in page
    for state in (Episode.State.FAILED, Episode.State.NEW):
        assert f"{state} upload" not in page
        assert f"{state} series" not in page
    EpisodeFactory(series=used.series, state=Episode.State.FAILED, playable=None)
    rejected = manager.post(f"/c/{corpus.slug}/batches/new/", form(scope=f"episode:{Episode.objects.latest('pk').pk}"))
    assert "Select a valid choice." in rejected.content.decode()


def test_an_episode_without_a_free_dialogue_stays_a_choice_for_a_pilot(manager: Client, corpus: Corpus) -> None:
    dialogue = corpus.dialogues.first()
    assert dialogue
    dialogue.episode = EpisodeFactory(series=dialogue.series, title="Begun")
    dialogue.save()
    SlotFactory(dialogue=dialogue, token=1)
    assert "Begun (0)" in manager.get(f"/c/{corpus.slug}/batches/new/").content.decode()


def test_the_form_shows_why_a_batch_cannot_be_created(manager: Client, corpus: Corpus) -> None:
    page = manager.post(f"/c/{corpus.slug}/batches/new/", form(given="shared")).content.decode()
    assert "Select at least one person." in page
    assert not Batch.objects.filter(is_automatic=False).exists()


def test_a_shared_batch_shows_reserved_slots_by_person(manager: Client, corpus: Corpus) -> None:
    people = [RaterFactory(corpus=corpus) for _ in range(2)]
    RaterFactory()
    address = f"/c/{corpus.slug}/batches/new/"
    page = manager.post(address, form(given="shared", people=[rater.pk for rater in people]), follow=True)
    assert set(Slot.objects.values_list("rater", flat=True)) == {rater.pk for rater in people}
    for rater in people:
        assert str(rater.membership.user) in page.content.decode()


def test_a_retest_is_created(manager: Client, corpus: Corpus) -> None:
    rater, address = RaterFactory(corpus=corpus), f"/c/{corpus.slug}/batches/retest/"
    given = {"name": "Again", "people": [rater.pk], "count": 5, "days": 14, "dialogues": 0, "percent": 20}
    assert "at least 14 days" in manager.post(address, given).content.decode()
    old = claim(rater=rater, now=NOW)
    assert old
    finish(assignment=old, token=old.token, now=NOW)
    Assignment.objects.update(ended_at=NOW - timedelta(days=15))
    page = manager.post(address, given, follow=True).content.decode()
    assert "0 / 1" in page
    assert Slot.objects.get(purpose="retest").rater == rater


def test_a_batch_of_another_corpus_is_not_found(manager: Client, corpus: Corpus) -> None:
    other = corpus_with_work()
    claim(rater=RaterFactory(corpus=other), now=NOW)
    batch = Batch.objects.get(corpus=other)
    assert manager.get(f"/c/{corpus.slug}/batches/{batch.public_id}/").status_code == 404
    assert manager.post(f"/c/{corpus.slug}/batches/{batch.public_id}/act/", {"what": "stop"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, count: int) -> None:
    corpus = corpus_with_work(dialogues=count, utterances=0, k=3)
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    for _ in range(count):
        claim(rater=RaterFactory(corpus=corpus), now=NOW)
    batch = Batch.objects.get()
    with django_assert_num_queries(7):
        client.get(f"/c/{corpus.slug}/batches/")
    with django_assert_num_queries(11):
        client.get(f"/c/{corpus.slug}/batches/{batch.public_id}/")


def test_reserved_slots_of_a_paused_person_are_reassigned(manager: Client, corpus: Corpus) -> None:
    gone, one, other = (RaterFactory(corpus=corpus) for _ in range(3))
    wish = form(given="shared", people=[gone.pk, one.pk, other.pk])
    manager.post(f"/c/{corpus.slug}/batches/new/", wish)
    batch = Batch.objects.get(is_automatic=False)
    address, of_person = f"/c/{corpus.slug}/batches/{batch.public_id}/", f"/c/{corpus.slug}/progress/people/"
    assert gone.membership
    assert "Reassign to others" not in manager.get(address).content.decode()
    pause(membership=gone.membership, now=NOW)
    said = f"2 slots are reserved for {gone.membership.user}, who is paused."
    for place in (address, f"{of_person}{gone.public_id}/"):
        page = " ".join(manager.get(place).content.decode().split())
        assert said in page
        assert "Reassign to others" in page
    act = f"{address}give-on/{gone.public_id}/"
    answer = manager.post(act, {"page": "person"}, follow=True)
    assert answer.redirect_chain == [(f"{of_person}{gone.public_id}/", 302)]
    assert "2 slots reassigned to others." in answer.content.decode()
    assert not Slot.objects.filter(rater=gone).exists()
    assert "This person has no reserved slots" in manager.post(act, follow=True).content.decode()


def test_the_page_shows_that_no_one_else_can_fill_the_slots(manager: Client, corpus: Corpus) -> None:
    gone, one = (RaterFactory(corpus=corpus) for _ in range(2))
    manager.post(f"/c/{corpus.slug}/batches/new/", form(given="shared", people=[gone.pk, one.pk]))
    batch = Batch.objects.get(is_automatic=False)
    assert gone.membership
    deactivate(membership=gone.membership)
    address = f"/c/{corpus.slug}/batches/{batch.public_id}/"
    page = " ".join(manager.get(address).content.decode().split())
    assert (
        f"3 slots are reserved for {gone.membership.user}, who is no longer an annotator. No one else in this batch"
        in page
    )
    assert "Reassign to others" not in page
    page = manager.post(f"{address}give-on/{gone.public_id}/", follow=True).content.decode()
    assert "3 slots could not be reassigned" in page


def test_a_large_batch_shows_its_progress_and_the_reason_of_a_failure(
    manager: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.domain.batches.batches.AT_ONCE", 2)
    page = manager.post(f"/c/{corpus.slug}/batches/new/", form(), follow=True).content.decode()
    batch = Batch.objects.get(is_automatic=False)
    assert batch.job
    assert "The batch is being created" in page
    assert f"/jobs/{batch.job.public_id}/" in page
    assert 'value="resume"' not in page
    assert "being created" in manager.get(f"/c/{corpus.slug}/batches/").content.decode()
    with monkeypatch.context() as patch:
        patch.setattr("annotator.domain.batches.batch_filling.available", lambda **_: Dialogue.objects.none())
        execute(str(batch.job.public_id))
    page = manager.get(f"/c/{corpus.slug}/batches/{batch.public_id}/").content.decode()
    assert "The batch could not be completed" in page
    assert "No dialogues are left for this selection." in page
    manager.post(f"/c/{corpus.slug}/jobs/{batch.job.public_id}/retry/")
    execute(str(batch.job.public_id))
    page = manager.get(f"/c/{corpus.slug}/batches/{batch.public_id}/").content.decode()
    assert "0 / 6" in page
    assert "The batch" not in page


def test_a_share_for_more_annotators_makes_two_batches(manager: Client) -> None:
    corpus = corpus_with_work(dialogues=10)
    manager.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    asked = {"name": "wave", "purpose": "main", "scope": "all", "k": 1, "given": "everyone", "priority": 0}
    where = reverse("annotator:create_batch", args=[corpus.slug])
    shown = manager.post(where, asked | {"share": 20, "share_k": 2, "share_seed": 5}, follow=True).content.decode()
    assert "Two batches created: 2 dialogues with k = 2, 8 with k = 1." in shown
    share, rest = Batch.objects.filter(corpus=corpus, is_automatic=False).order_by("pk")
    page = manager.get(reverse("annotator:batch", args=[corpus.slug, share.public_id])).content.decode()
    assert "20 % of a selection, drawn with seed 5" in " ".join(page.split())
    page = manager.get(reverse("annotator:batch", args=[corpus.slug, rest.public_id])).content.decode()
    assert "the other 20 % have k = 2" in " ".join(page.split())
    refused = manager.post(where, asked | {"share": 20, "share_k": 2, "k": 2}).content.decode()
    assert "The share needs more annotators per dialogue than the rest" in refused


def test_the_page_says_that_a_stopped_or_dissolved_batch_takes_no_corrections(manager: Client, corpus: Corpus) -> None:
    address = f"/c/{corpus.slug}/batches/"
    manager.post(f"{address}new/", form(most=1))
    page = " ".join(
        manager.get(f"{address}{Batch.objects.get(is_automatic=False).public_id}/").content.decode().split()
    )
    assert "Answers in finished dialogues of this batch cannot be corrected any more, unless you resume it." in page
    assert "but annotators cannot correct finished ones any more." in page
