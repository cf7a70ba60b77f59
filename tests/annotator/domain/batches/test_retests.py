from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.models import Assignment, Batch, Slot
from corpus.models import Corpus, Purpose, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()


def work(rater: Rater, times: int, days_ago: int) -> None:
    moment = NOW - timedelta(days=days_ago)
    for _ in range(times):
        assignment = claim(rater=rater, now=moment)
        assert assignment
        finish(assignment=assignment, token=assignment.token, now=moment)
        Assignment.objects.filter(pk=assignment.pk).update(ended_at=moment)


def made(corpus: Corpus, people: list[Rater], **more: Any) -> Batch:
    given: dict[str, Any] = {
        "name": "again",
        "count": 10,
        "minimum_age": MinimumAge(days=14, dialogues=0),
        "percent": 100,
    } | more
    return create_retest(corpus=corpus, people=people, created_by=UserFactory(), now=NOW, **given)


def asked(rater: Rater) -> set[int]:
    return set(Slot.objects.filter(rater=rater).values_list("dialogue__order", flat=True))


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=8, utterances=0, k=2)


def test_each_person_gets_their_own_earlier_dialogues_again(corpus: Corpus) -> None:
    one, other = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    work(one, 3, days_ago=20)
    work(one, 2, days_ago=5)
    work(other, 1, days_ago=14)
    batch = made(corpus, [one, other])
    assert (asked(one), asked(other)) == ({0, 1, 2}, {0})
    again = claim(rater=one, now=NOW)
    assert again
    assert (again.purpose, again.dialogue.order in {0, 1, 2}, batch.purpose) == (Purpose.RETEST, True, Purpose.RETEST)


def test_two_people_get_the_same_dialogue_again(corpus: Corpus) -> None:
    one, other = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    work(one, 1, days_ago=20)
    work(other, 1, days_ago=20)
    made(corpus, [one, other])
    got = [claim(rater=each, now=NOW) for each in (one, other)]
    assert [each and (each.purpose, each.dialogue.order) for each in got] == [(Purpose.RETEST, 0), (Purpose.RETEST, 0)]


def test_dialogues_judged_since_count_too(corpus: Corpus) -> None:
    one = RaterFactory(corpus=corpus)
    work(one, 5, days_ago=30)
    made(corpus, [one], minimum_age=MinimumAge(days=1, dialogues=3))
    assert asked(one) == {0, 1}


def test_no_dialogue_is_retested_twice(corpus: Corpus) -> None:
    one, newcomer = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    work(one, 3, days_ago=30)
    made(corpus, [one], count=2)
    first = asked(one)
    made(corpus, [one, newcomer])
    assert (len(first), asked(one), asked(newcomer)) == (2, {0, 1, 2}, set())
    with refused("batch.nothing_to_retest"):
        made(corpus, [one])
    with refused("batch.nobody"):
        made(corpus, [])


def test_a_retest_takes_no_slot_of_k(corpus: Corpus) -> None:
    one = RaterFactory(corpus=corpus)
    work(one, 1, days_ago=30)
    made(corpus, [one])
    work(one, 2, days_ago=0)
    purposes = Assignment.objects.order_by("pk").values_list("purpose", flat=True)
    assert list(purposes) == ["main", "retest", "main"]
    assert Slot.objects.filter(purpose=Purpose.MAIN, state="free").count() == 14
