from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE, heartbeat
from annotator.domain.allocation.work_plans import Share, end_absence, set_absence, set_quota, share_of
from annotator.domain.batches.unfillable_slots import reassign, unfillable_slots_of
from annotator.models import Assignment, Batch, WorkPlan
from corpus.models import Corpus, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import BatchFactory, DialogueFactory, RaterFactory, SlotFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
# a Wednesday at noon
NOW = timezone.make_aware(datetime(2026, 5, 6, 12))  # noqa: DTZ001
TODAY = date(2026, 5, 6)
DAY = timedelta(days=1)


@pytest.fixture
def corpus() -> Any:
    return corpus_with_work(dialogues=6, utterances=0, k=1)


@pytest.fixture
def rater(corpus: Corpus) -> Any:
    return RaterFactory(corpus=corpus)


def work(rater: Rater, now: datetime = NOW) -> Assignment:
    """Claim and finish a dialogue."""
    assignment = claim(rater=rater, now=now)
    assert assignment
    finish(assignment=assignment, token=assignment.token, now=now)
    return assignment


def test_a_total_quota_ends_new_work_and_a_dialogue_in_hand_can_be_finished(rater: Rater) -> None:
    set_quota(rater=rater, most_dialogues=2, most_per_week=None)
    work(rater)
    held = claim(rater=rater, now=NOW)
    assert held
    assert claim(rater=rater, now=NOW) == held
    finish(assignment=held, token=held.token, now=NOW)
    with refused("annotator.share_done"):
        claim(rater=rater, now=NOW)
    set_quota(rater=rater, most_dialogues=3, most_per_week=None)
    work(rater)
    set_quota(rater=rater, most_dialogues=None, most_per_week=None)
    work(rater)


def test_a_weekly_quota_counts_from_monday_on(rater: Rater) -> None:
    set_quota(rater=rater, most_dialogues=None, most_per_week=1)
    work(rater, NOW - 3 * DAY)  # on Sunday
    work(rater, NOW)
    with refused("annotator.week_done"):
        claim(rater=rater, now=NOW + 4 * DAY)
    work(rater, NOW + 5 * DAY)
    assert share_of(rater=Rater.objects.get(pk=rater.pk), now=NOW + 5 * DAY) == Share(3, 1, None, 1)


def test_released_dialogues_training_and_tests_do_not_count_and_hidden_gold_does(rater: Rater) -> None:
    set_quota(rater=rater, most_dialogues=9, most_per_week=None)
    held = claim(rater=rater, now=NOW)
    assert held
    release(assignment=held, now=NOW)
    for purpose in ("training", "test", "gold", "retest"):
        assignment = work(rater)
        Assignment.objects.filter(pk=assignment.pk).update(purpose=purpose)
    assert share_of(rater=rater, now=NOW).total == 2


def test_a_plan_without_quota_costs_a_claim_no_query(corpus: Corpus) -> None:
    def cost(rater: Rater) -> int:
        work(rater)  # creates what a first claim creates
        with CaptureQueriesContext(connection) as asked:
            claim(rater=rater, now=NOW)
        return len(asked)

    usual = cost(RaterFactory(corpus=corpus))
    planned = RaterFactory(corpus=corpus)
    set_absence(rater=planned, first=TODAY + DAY, last=TODAY + DAY, today=TODAY)
    assert cost(planned) == usual


def test_an_absent_person_gets_no_new_work_and_the_absence_ends_by_itself(rater: Rater) -> None:
    set_absence(rater=rater, first=TODAY, last=TODAY + DAY, today=TODAY)
    for now in (NOW, NOW + DAY):
        with refused("annotator.absent"):
            claim(rater=rater, now=now)
    assert work(rater, NOW + 2 * DAY)
    set_absence(rater=rater, first=TODAY + 2 * DAY, last=TODAY + 5 * DAY, today=TODAY)
    assert work(rater, NOW)
    end_absence(rater=rater)
    assert work(rater, NOW + 3 * DAY)


def test_others_take_over_what_an_absent_person_is_not_at_work_on(corpus: Corpus, rater: Rater) -> None:
    corpus.dialogues.exclude(order=0).delete()
    held = claim(rater=rater, now=NOW)
    assert held
    Assignment.objects.filter(pk=held.pk).update(lease_until=NOW + 7 * DAY)
    other = RaterFactory(corpus=corpus)
    later = NOW + LEASE + timedelta(seconds=1)
    assert claim(rater=other, now=later) is None
    set_absence(rater=rater, first=TODAY, last=TODAY, today=TODAY)
    heartbeat(assignment=held, token=held.token, now=later)
    assert claim(rater=other, now=later) is None
    taken = claim(rater=other, now=later + LEASE + timedelta(seconds=1))
    assert taken
    assert taken.slot == held.slot
    held.refresh_from_db()
    assert held.state == "released"


def test_slots_reserved_for_an_absent_person_can_be_reassigned(corpus: Corpus, rater: Rater) -> None:
    other = RaterFactory(corpus=corpus)
    batch = BatchFactory(corpus=corpus, is_automatic=False, name="shared", k=1, given=Batch.Given.SHARED)
    batch.people.set([rater, other])
    SlotFactory(batch=batch, dialogue=DialogueFactory(corpus=corpus), rater=rater)
    today = timezone.localdate()
    set_absence(rater=rater, first=today + DAY, last=today + DAY, today=today)
    assert unfillable_slots_of(batch=batch) == []
    set_absence(rater=rater, first=today, last=today + DAY, today=today)
    [waiting] = unfillable_slots_of(batch=batch)
    assert (waiting.reason, waiting.count, waiting.possible) == ("absent", 1, 1)
    assert reassign(batch=batch, rater=rater).reassigned == 1
    assert batch.slots.get().rater == other


@pytest.mark.parametrize(
    ("first", "last"), [(TODAY, TODAY - DAY), (TODAY - 2 * DAY, TODAY - DAY), (TODAY, TODAY + 400 * DAY)]
)
def test_impossible_absences_are_refused(rater: Rater, first: date, last: date) -> None:
    with refused("annotator.absence_dates"):
        set_absence(rater=rater, first=first, last=last, today=TODAY)


@pytest.mark.parametrize("quota", [{"most_dialogues": 0}, {"most_per_week": 10**7}])
def test_impossible_quotas_are_refused(rater: Rater, quota: dict[str, int]) -> None:
    with refused("annotator.quota_out_of_range"):
        set_quota(rater=rater, **({"most_dialogues": None, "most_per_week": None} | quota))


@pytest.mark.parametrize(
    "wrong",
    [
        {"absent_from": TODAY},
        {"absent_until": TODAY},
        {"absent_from": TODAY, "absent_until": TODAY - DAY},
        {"most_dialogues": 0},
        {"most_per_week": 0},
    ],
)
def test_the_database_refuses_impossible_plans(rater: Rater, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkPlan.objects.create(rater=rater, **wrong)


def test_an_absence_frees_dialogues_also_where_expired_leases_are_kept() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1, expiry="keep")
    rater, other = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    assert claim(rater=rater, now=NOW)
    assert claim(rater=other, now=NOW + DAY) is None
    set_absence(rater=rater, first=TODAY, last=TODAY + DAY, today=TODAY)
    assert claim(rater=other, now=NOW + DAY)
