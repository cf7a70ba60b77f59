import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.batches.unfillable_slots import Reassignment, reassign, unfillable_slots_of
from annotator.domain.management.annotators import pause
from annotator.models import Assignment, Batch, Bookmark, Slot
from corpus.domain.people.members import deactivate
from corpus.models import Purpose, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
on_postgresql = pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="SQLite locks the whole database"
)
NOW = timezone.now()


def shared(people: list[Rater], *, k: int = 2, **spec: Any) -> Batch:
    return create_batch(
        corpus=people[0].corpus,
        name="shared",
        spec=BatchSpec(k=k, given=Batch.Given.SHARED, people=people, **spec),
        created_by=UserFactory(),
        now=NOW,
    )


def material(*, dialogues: int, people: int, k: int = 2) -> tuple[Batch, list[Rater]]:
    corpus = corpus_with_work(dialogues=dialogues, utterances=0, k=k)
    raters: list[Rater] = RaterFactory.create_batch(people, corpus=corpus)
    return shared(raters, k=k), raters


def paused(rater: Rater) -> Rater:
    assert rater.membership
    pause(membership=rater.membership, now=NOW)
    return rater


def work_off(rater: Rater) -> list[int]:
    done = []
    while assignment := claim(rater=rater, now=NOW):
        done.append(assignment.dialogue_id)
        finish(assignment=assignment, token=assignment.token, now=NOW)
    return done


def unfillable(**of: Any) -> list[tuple[int, str, int, int]]:
    return [(each.rater.pk, each.reason, each.count, each.possible) for each in unfillable_slots_of(**of)]


def reserved(batch: Batch) -> Counter[int | None]:
    return Counter(Slot.objects.filter(batch=batch).values_list("rater", flat=True))


def test_slots_of_a_paused_person_go_to_the_others_evenly_and_the_batch_ends() -> None:
    batch, (gone, *others) = material(dialogues=12, people=4)
    done = claim(rater=gone, now=NOW)
    assert done
    finish(assignment=done, token=done.token, now=NOW)
    held = claim(rater=gone, now=NOW)
    assert held
    paused(gone)
    assert unfillable(batch=batch) == unfillable(rater=gone) == [(gone.pk, "paused", 4, 4)]
    for rater in others:
        work_off(rater)
    assert reassign(batch=batch, rater=gone) == Reassignment(reassigned=4, left=0)
    assert reserved(batch)[gone.pk] == 2
    assert sorted(reserved(batch)[rater.pk] for rater in others) == [7, 7, 8]
    finish(assignment=held, token=held.token, now=NOW)
    for rater in others:
        work_off(rater)
    assert set(Slot.objects.filter(batch=batch).values_list("state", flat=True)) == {"done"}
    assert set(Counter(Assignment.objects.values_list("dialogue", flat=True)).values()) == {2}
    assert unfillable(batch=batch) == []
    with refused("batch.no_unfillable_slots"):
        reassign(batch=batch, rater=gone)


def test_only_slots_of_people_who_left_are_unfillable() -> None:
    batch, (gone, one, other) = material(dialogues=3, people=3)
    with refused("batch.no_unfillable_slots"):
        reassign(batch=batch, rater=one)
    assert gone.membership
    deactivate(membership=gone.membership)
    assert unfillable(batch=batch) == [(gone.pk, "gone", 2, 2)]
    reassign(batch=batch, rater=gone)
    assert reserved(batch) == {one.pk: 3, other.pk: 3}


def test_a_released_slot_is_not_given_to_the_same_person_again() -> None:
    batch, (one, other, third) = material(dialogues=3, people=3)
    held = claim(rater=one, now=NOW)
    assert held
    release(assignment=held, now=NOW)
    assert unfillable(batch=batch) == [(one.pk, "known", 1, 1)]
    reassign(batch=batch, rater=one)
    slot = Slot.objects.get(pk=held.slot_id)
    assert slot.rater in {other, third}
    assert set(Counter(Slot.objects.values_list("dialogue", "rater")).values()) == {1}


def test_slots_that_no_one_else_can_fill_stay() -> None:
    batch, (gone, one, other) = material(dialogues=2, people=3, k=3)
    paused(gone)
    assert unfillable(batch=batch) == [(gone.pk, "paused", 2, 0)]
    assert reassign(batch=batch, rater=gone) == Reassignment(reassigned=0, left=2)
    assert reserved(batch) == {gone.pk: 2, one.pk: 2, other.pk: 2}


def test_paused_people_and_those_with_known_answers_get_no_slot() -> None:
    batch, (gone, one, other, knows) = material(dialogues=4, people=4, k=1)
    codebook = batch.corpus.codebook
    assert codebook
    for dialogue in Slot.objects.values_list("dialogue", flat=True):
        slot = Slot.objects.create(dialogue_id=dialogue, purpose="gold", number=1, rank=0, rater=knows)
        known = {"slot": slot, "dialogue_id": dialogue, "rater": knows, "purpose": "gold", "token": 1}
        Assignment.objects.create(codebook=codebook, lease_until=NOW, **known)
    paused(gone), paused(one)
    assert unfillable(rater=gone) == [(gone.pk, "paused", 1, 1)]
    reassign(batch=batch, rater=gone)
    reassign(batch=batch, rater=one)
    reassign(batch=batch, rater=knows)
    assert reserved(batch) == {other.pk: 4}


def test_a_bookmark_goes_back_to_the_reassigned_slot() -> None:
    batch, (gone, one) = material(dialogues=40, people=2, k=1)
    paused(gone)
    assert len(work_off(one)) == 20
    assert Bookmark.objects.get(batch=batch, rater=one).rank > 0
    reassign(batch=batch, rater=gone)
    assert len(work_off(one)) == 20


def test_a_retest_is_not_reassigned() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1)
    one, other = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    work_off(one)
    known: dict[str, Any] = {
        "count": 1,
        "minimum_age": MinimumAge(days=0, dialogues=0),
        "percent": 50,
        "created_by": None,
    }
    batch = create_retest(corpus=corpus, name="again", people=[one], now=timezone.now(), **known)
    batch.people.add(other)
    paused(one)
    assert unfillable(batch=batch) == [(one.pk, "paused", 1, 0)]
    with refused("batch.retest_stays"):
        reassign(batch=batch, rater=one)


def test_main_work_does_not_make_relabelling_slots_unfillable() -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0, k=1)
    gone, one = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    work_off(one)
    batch = shared([gone, one], k=1, purpose=Purpose.RELABEL)
    paused(gone)
    assert unfillable(batch=batch) == [(gone.pk, "paused", 1, 1)]
    assert reassign(batch=batch, rater=gone) == Reassignment(reassigned=1, left=0)
    assert len(work_off(one)) == 2


def closing(work: Any, *args: Any, **more: Any) -> Any:
    try:
        return work(*args, **more)
    finally:
        connection.close()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_slot_that_its_person_takes_concurrently_stays_theirs() -> None:
    batch, (gone, *_others) = material(dialogues=3, people=3)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = claim(rater=gone, now=NOW)
            assert held
            closed = pool.submit(closing, paused, gone)
            closed.result(timeout=30)
            given = pool.submit(closing, reassign, batch=batch, rater=gone)
            with pytest.raises(TimeoutError):
                given.result(timeout=1)
        assert given.result(timeout=30) == Reassignment(reassigned=1, left=0)
    assert Slot.objects.get(pk=held.slot_id).rater == gone


@pytest.mark.django_db(transaction=True)
def test_reassignment_during_claims_keeps_k_judgements_by_different_people() -> None:
    batch, people = material(dialogues=20, people=8, k=3)
    left, others = people[:3], people[3:]
    for rater in left:
        paused(rater)
    with ThreadPoolExecutor(len(people)) as pool:
        works = [pool.submit(closing, work_off, rater) for rater in others]
        acts = [pool.submit(closing, reassign, batch=batch, rater=rater) for rater in left]
        for each in works + acts:
            each.result(timeout=60)
    for rater in others:
        work_off(rater)
    assert max(Counter(Assignment.objects.values_list("dialogue", flat=True)).values()) == 3
    assert max(Counter(Slot.objects.values_list("dialogue", "rater")).values()) == 1
    assert Slot.objects.filter(batch=batch).exclude(state="done").count() == 0
