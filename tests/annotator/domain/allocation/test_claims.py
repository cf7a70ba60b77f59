# Many people claim at once, from several processes, on a real database.

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.allocation.automatic_batch import automatic_batch, deal_slots
from annotator.domain.allocation.claims import claim
from annotator.models import Assignment, Slot
from corpus.models import Corpus, Rater
from tests.annotator.claimants import together
from tests.annotator.material import corpus_with_work
from tests.connections import wait_for_connections
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
PROCESSES = 4


def claim_all(raters: list[Rater]) -> list[tuple[int, int | None]]:
    """Let the raters claim until nothing is left, in several processes; return all results of claim."""
    wait_for_connections()
    forked = get_context("fork")
    answers = forked.Queue()
    children = [
        forked.Process(target=together, args=([rater.pk for rater in raters[n::PROCESSES]], answers), daemon=True)
        for n in range(PROCESSES)
    ]
    for child in children:
        child.start()
    try:
        found = [answers.get(timeout=120) for _ in children]
        for child in children:
            child.join(timeout=60)
    finally:
        for child in children:
            child.kill()  # one that hangs would keep the database from the next tests
    assert [child.exitcode for child in children] == [0] * PROCESSES
    return [answer for one in found for answer in one]


def people(corpus: Corpus, count: int) -> list[Rater]:
    return [RaterFactory(corpus=corpus) for _ in range(count)]


@pytest.mark.xdist_group("connections")
def test_64_people_and_few_slots() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=3)
    answers = claim_all(people(corpus, 64))
    assert sorted(Counter(Assignment.objects.values_list("dialogue__order", flat=True)).items()) == [
        (order, 3) for order in range(5)
    ]
    assert Counter(Assignment.objects.values_list("slot", flat=True)) == Counter(
        Slot.objects.values_list("pk", flat=True)
    )
    assert len([each for _, each in answers if each]) == 15


@pytest.mark.xdist_group("connections")
def test_as_many_people_as_slots_all_get_every_dialogue() -> None:
    corpus = corpus_with_work(dialogues=4, utterances=0, k=32)
    raters = people(corpus, 32)
    answers = claim_all(raters)
    assert Counter(rater for rater, each in answers if each) == {rater.pk: 4 for rater in raters}
    assert Counter(Assignment.objects.values_list("state", flat=True)) == {"done": 128}


def test_one_person_in_many_tabs_holds_one_dialogue() -> None:
    corpus = corpus_with_work(dialogues=6, utterances=1, k=3)
    rater = people(corpus, 1)[0]
    answers = claim_all([rater] * 16)
    assert answers == [(rater.pk, Assignment.objects.get().pk)] * 16


@pytest.mark.skipif("postgres" not in os.environ.get("DATABASE_URL", ""), reason="SQLite locks the whole database")
def test_a_claim_waits_for_a_locked_slot() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1)
    assert corpus.codebook
    deal_slots(batch=automatic_batch(corpus=corpus, k=1), policy=corpus.codebook.rules().policy)
    rater = people(corpus, 1)[0]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Slot.objects.select_for_update().get()
            answer = pool.submit(claim_and_close, rater)
            with pytest.raises(TimeoutError):
                answer.result(timeout=1)
        assert answer.result(timeout=30) == Assignment.objects.get()


def claim_and_close(rater: Rater) -> Assignment | None:
    try:
        return claim(rater=rater, now=timezone.now())
    finally:
        connection.close()
