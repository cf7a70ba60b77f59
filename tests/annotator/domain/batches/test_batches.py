from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batch_filling import available
from annotator.domain.batches.batches import BatchSpec, create_batch, dissolve_batch, resume_batch, stop_batch
from annotator.models import Batch, Slot
from common.models import User
from corpus.models import Corpus, Dialogue, Purpose, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import DialogueFactory, EpisodeFactory, RaterFactory, SeriesFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def manager() -> User:
    user: User = UserFactory()
    return user


def people(corpus: Corpus, count: int) -> list[Rater]:
    return [RaterFactory(corpus=corpus) for _ in range(count)]


def made(corpus: Corpus, manager: User, *, priority: int = 0, **spec: Any) -> Batch:
    return create_batch(
        corpus=corpus, name="batch", spec=BatchSpec(**spec), priority=priority, created_by=manager, now=NOW
    )


def orders(rater: Rater) -> list[int]:
    found = []
    while assignment := claim(rater=rater, now=NOW):
        found.append(assignment.dialogue.order)
        finish(assignment=assignment, token=assignment.token, now=NOW)
    return found


def of(batch: Batch) -> list[int]:
    return list(Slot.objects.filter(batch=batch, number=1).order_by("rank").values_list("dialogue__order", flat=True))


def test_a_batch_holds_the_dialogues_of_an_episode_and_the_automatic_batch_the_others(manager: User) -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0, k=1)
    series = SeriesFactory(corpus=corpus)
    episode = EpisodeFactory(series=series)
    DialogueFactory(corpus=corpus, series=series, episode=episode, order=7)
    DialogueFactory(corpus=corpus, series=series, order=8)
    of_episode = made(corpus, manager, episode=episode, k=2, priority=3)
    of_series = made(corpus, manager, series=series, k=1, priority=2)
    assert (of(of_episode), of(of_series)) == ([7], [8])
    one, other = people(corpus, 2)
    assert (orders(one), orders(other)) == ([7, 8, 0, 1], [7])


def test_dialogues_that_were_dealt_but_not_started_move_to_the_batch(manager: User) -> None:
    corpus = corpus_with_work(dialogues=3, utterances=0, k=2)
    assert claim(rater=people(corpus, 1)[0], now=NOW)
    batch = made(corpus, manager, k=1)
    assert of(batch) == [1, 2]
    assert Counter(Slot.objects.values_list("dialogue__order", flat=True)) == {0: 2, 1: 1, 2: 1}
    with refused("batch.no_dialogues"):
        made(corpus, manager)


def test_a_limited_batch_is_a_mixed_sample(manager: User) -> None:
    corpus = corpus_with_work(dialogues=0, order="shuffled-blocks")
    series = SeriesFactory(corpus=corpus)
    for n in range(2):
        episode = EpisodeFactory(series=series)
        for order in range(20):
            DialogueFactory(corpus=corpus, series=series, episode=episode, order=100 * n + order)
    batch = made(corpus, manager, purpose=Purpose.PILOT, most=10)
    assert (len(of(batch)), 4 <= sum(order >= 100 for order in of(batch)) <= 6) == (10, True)


def test_a_pilot_takes_nothing_from_main_work(manager: User) -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1)
    made(corpus, manager, purpose=Purpose.PILOT, k=1, priority=1)
    rater = people(corpus, 1)[0]
    assert orders(rater) == [0, 0]
    with refused("batch.no_dialogues"):
        made(corpus, manager, purpose=Purpose.PILOT)


def test_a_shared_batch_is_balanced_and_reserved_for_each_person(manager: User) -> None:
    corpus = corpus_with_work(dialogues=6, utterances=0, k=2)
    four = people(corpus, 4)
    made(corpus, manager, k=2, given=Batch.Given.SHARED, people=four)
    stranger = people(corpus, 1)[0]
    done = {rater.slug: orders(rater) for rater in four}
    assert [len(found) for found in done.values()] == [3, 3, 3, 3]
    assert Counter(order for found in done.values() for order in found) == dict.fromkeys(range(6), 2)
    assert orders(stranger) == []


def test_refusals(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_with_work(dialogues=2)
    with refused("batch.nobody"):
        made(corpus, manager, given=Batch.Given.NAMED)
    with refused("batch.few_people"):
        made(corpus, manager, given=Batch.Given.SHARED, people=people(corpus, 2))
    monkeypatch.setattr("annotator.domain.batches.batches.MOST", 1)
    with refused("batch.too_many"):
        made(corpus, manager)
    corpus.codebook = None
    with refused("annotator.no_codebook"):
        made(corpus, manager)
    assert not Batch.objects.filter(is_automatic=False).exists()


def test_a_stopped_batch_gives_nothing_out_until_it_is_resumed(manager: User) -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0)
    batch = made(corpus, manager)
    rater = people(corpus, 1)[0]
    stop_batch(batch=batch, now=NOW)
    assert orders(rater) == []
    resume_batch(batch=batch)
    assert orders(rater) == [0]


def test_dialogues_that_no_one_has_started_go_back_to_the_automatic_batch(manager: User) -> None:
    corpus = corpus_with_work(dialogues=3, utterances=0, k=2)
    one, other, third = people(corpus, 3)
    batch = made(corpus, manager, k=2, given=Batch.Given.NAMED, people=[one])
    begun = claim(rater=one, now=NOW)
    assert begun
    finish(assignment=begun, token=begun.token, now=NOW)
    assert (dissolve_batch(batch=batch, now=NOW), orders(third), orders(one)) == (5, [0, 1, 2], [1, 2])
    assert orders(other) == []
    assert Counter(Slot.objects.values_list("dialogue__order", "number")) == {
        (order, number): 1 for order in range(3) for number in (1, 2)
    }
    with refused("batch.not_dissolved"):
        dissolve_batch(batch=Batch.objects.get(is_automatic=True), now=NOW)


def test_ready_dialogues_that_no_one_has_started_are_available() -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0)
    DialogueFactory(corpus=corpus, order=9, state=Dialogue.State.DRAFT, ready_at=None)
    claim(rater=people(corpus, 1)[0], now=NOW)
    assert [each.order for each in available(corpus=corpus, purpose=Purpose.MAIN)] == [1]
    assert available(corpus=corpus, purpose=Purpose.PILOT).count() == 2
