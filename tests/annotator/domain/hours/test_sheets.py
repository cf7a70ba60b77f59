import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from annotator.domain.hours.rates import Rates, rates_of, set_rate
from annotator.domain.hours.sheets import sheet_of
from corpus.models import Annotation, Corpus, Rater, Revision, Utterance
from tests.annotator.material import codebook_of, corpus_with_work
from tests.cpu_time import BLOW_UP
from tests.factories import AnnotationFactory, AssignmentFactory, MembershipFactory, RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=6)


@pytest.fixture
def rater(corpus: Corpus) -> Rater:
    made: Rater = RaterFactory(corpus=corpus, membership__corpus=corpus, membership__user__first_name="梅")
    return made


def revise(annotation: Annotation, at: datetime, *, minutes: float = 1, cause: str = "commit", **fields: Any) -> None:
    assert annotation.rater.membership is not None
    Revision.objects.create(
        annotation=annotation,
        number=annotation.revisions.count() + 1,
        cause=cause,
        author=annotation.rater.membership.user,
        codebook=annotation.codebook,
        active_ms=int(minutes * 60_000),
        created_at=at,
        **fields,
    )


def annotation_of(rater: Rater, place: int, purpose: str = "main") -> Annotation:
    utterance = Utterance.objects.filter(dialogue__corpus=rater.corpus).order_by("order")[place]
    made: Annotation = AnnotationFactory(
        rater=rater, utterance=utterance, purpose=purpose, codebook=rater.corpus.codebook
    )
    return made


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=timezone.get_current_timezone())


def test_time_is_summed_by_day_and_purpose_and_utterances_count_once_a_day(rater: Rater) -> None:
    first = annotation_of(rater, 0)
    revise(first, at(3), minutes=2)
    revise(first, at(3, 13), minutes=0.5)  # a correction on the same day
    revise(first, at(4), minutes=1, cause="undo")
    revise(first, at(6), minutes=1, cause="correct", correction="slip")
    revise(first, at(4, 13), minutes=1)
    for purpose, place in (("gold", 1), ("training", 2), ("retest", 3), ("pilot", 4), ("test", 5)):
        revise(annotation_of(rater, place, purpose), at(4), minutes=3)
    revise(annotation_of(rater, 1), datetime(2026, 6, 1, tzinfo=ZoneInfo("UTC")), minutes=9)
    sheet = sheet_of(corpus=rater.corpus, first=MAY[0], last=MAY[1])
    minute = 60_000
    assert [(day, hours.active_ms, hours.utterances) for _rater, day, hours in sheet.days] == [
        (date(2026, 5, 3), {"main": 2.5 * minute, "calibration": 0, "retest": 0, "other": 0}, 1),
        (
            date(2026, 5, 4),
            {"main": 2 * minute, "calibration": 9 * minute, "retest": 3 * minute, "other": 3 * minute},
            6,
        ),
        (date(2026, 5, 6), {"main": minute, "calibration": 0, "retest": 0, "other": 0}, 1),
    ]
    assert sheet.total.total_ms == sum(hours.total_ms for _rater, _day, hours in sheet.days) == 20.5 * minute
    assert (sheet.total.utterances, sheet.total.pay) == (8, None)


def test_their_own_sheet_tells_nobody_which_work_is_gold_or_a_retest(rater: Rater) -> None:
    for purpose, place in (("main", 0), ("gold", 1), ("retest", 2), ("pilot", 3), ("training", 4), ("test", 5)):
        revise(annotation_of(rater, place, purpose), at(4), minutes=1)
    other = RaterFactory(corpus=rater.corpus, membership__corpus=rater.corpus)
    revise(annotation_of(other, 0), at(4))
    sheet = sheet_of(corpus=rater.corpus, first=MAY[0], last=MAY[1], only=rater)
    assert sheet.groups == ("main", "calibration")
    [(shown, _day, hours)] = sheet.days
    assert (shown, hours.active_ms) == (rater, {"main": 240_000, "calibration": 120_000, "retest": 0, "other": 0})


def test_a_day_is_one_of_the_servers_time_zone(rater: Rater) -> None:
    with timezone.override("Asia/Shanghai"):
        revise(annotation_of(rater, 0), datetime(2026, 5, 3, 15, 59, tzinfo=ZoneInfo("UTC")))
        revise(annotation_of(rater, 1), datetime(2026, 5, 3, 16, 0, tzinfo=ZoneInfo("UTC")))
        revise(annotation_of(rater, 2), datetime(2026, 4, 30, 16, 0, tzinfo=ZoneInfo("UTC")))
        days = [day for _rater, day, _hours in sheet_of(corpus=rater.corpus, first=MAY[0], last=MAY[1]).days]
    assert days == [date(2026, 5, 1), date(2026, 5, 3), date(2026, 5, 4)]


def test_submitted_dialogues_and_work_in_other_corpora(rater: Rater) -> None:
    dialogue = rater.corpus.dialogues.get()
    AssignmentFactory(slot__dialogue=dialogue, rater=rater, state="done", ended_at=at(5))
    elsewhere = corpus_with_work()
    assert rater.membership is not None
    membership = MembershipFactory(corpus=elsewhere, user=rater.membership.user)
    revise(annotation_of(RaterFactory(corpus=elsewhere, membership=membership), 0), at(5))
    [(_rater, day, hours)] = sheet_of(corpus=rater.corpus, first=MAY[0], last=MAY[1]).days
    assert (day, hours.dialogues, hours.utterances, hours.total_ms) == (date(2026, 5, 5), 1, 0, 0)


def test_active_time_is_cut_to_the_time_that_passed(rater: Rater) -> None:
    dialogue = rater.corpus.dialogues.get()
    AssignmentFactory(slot__dialogue=dialogue, rater=rater, state="done", claimed_at=at(5, 9), ended_at=at(5, 11))
    revise(annotation_of(rater, 0), at(5, 9, 30), minutes=24 * 60)  # after a claim at 9
    revise(annotation_of(rater, 1, "gold"), at(5, 10), minutes=8 * 60)
    revise(annotation_of(rater, 2), at(6, 9), minutes=30)  # without a claim on the day: from 8:30
    revise(annotation_of(rater, 3), at(6, 10), minutes=90)
    revise(annotation_of(rater, 4), at(7, 2), minutes=24 * 60)  # at midnight at the earliest
    for place in (0, 1, 2):
        revise(annotation_of(rater, place, "retest"), at(8), minutes=30)  # saved together
    sheet = sheet_of(corpus=rater.corpus, first=MAY[0], last=MAY[1])
    assert [(day.day, hours.total_ms // 60_000, hours.is_cut) for _rater, day, hours in sheet.days] == [
        (5, 60, True),
        (6, 90, True),
        (7, 120, True),
        (8, 90, False),
    ]
    groups = sheet.days[0][2].active_ms
    assert (groups["main"], groups["calibration"]) == (45 * 60_000, 15 * 60_000)
    assert sheet.total.is_cut


def test_wrong_days_are_refused(rater: Rater) -> None:
    with refused("hours.bad_days"):
        sheet_of(corpus=rater.corpus, first=MAY[1], last=MAY[0])
    with refused("hours.too_many_days"):
        sheet_of(corpus=rater.corpus, first=date(2020, 1, 1), last=MAY[1])


def test_pay_by_the_rate_of_the_day_rounded_per_day(rater: Rater) -> None:
    corpus, by = rater.corpus, MembershipFactory().user
    for day, place in ((3, 0), (4, 1), (20, 2)):
        revise(annotation_of(rater, place), at(day), minutes=20)
    assert sheet_of(corpus=corpus, first=MAY[0], last=MAY[1]).total.pay is None
    set_rate(corpus=corpus, hourly=Decimal("10.00"), currency="EUR", valid_from=date(2026, 5, 4), created_by=by)
    set_rate(
        corpus=corpus,
        membership=rater.membership,
        hourly=Decimal("16.01"),
        currency="EUR",
        valid_from=date(2026, 5, 10),
        created_by=by,
    )
    sheet = sheet_of(corpus=corpus, first=MAY[0], last=MAY[1])
    # a third of 10.00 and of 16.01; nothing before the first rate
    assert [hours.pay for _rater, _day, hours in sheet.days] == [None, Decimal("3.33"), Decimal("5.34")]
    assert (sheet.total.pay, sheet.currency) == (Decimal("8.67"), "EUR")


def test_half_a_cent_is_rounded_up_and_a_later_entry_counts(rater: Rater) -> None:
    by, day = MembershipFactory().user, date(2026, 5, 4)
    for hourly in ("99.00", "0.01"):
        set_rate(corpus=rater.corpus, hourly=Decimal(hourly), currency="CNY", valid_from=day, created_by=by)
    rates = Rates.of(rates_of(rater.corpus))
    assert rates.pay(day, None, 1_800_000) == Decimal("0.01")
    assert rates.pay(day, None, 1_799_999) == Decimal("0.00")


@pytest.mark.parametrize(
    ("hourly", "currency", "code"),
    [
        ("-1", "EUR", "hours.bad_rate"),
        ("1.005", "EUR", "hours.bad_rate"),
        ("1000000", "EUR", "hours.bad_rate"),
        ("1", "eur", "hours.bad_currency"),
        ("1", "USD", "hours.other_currency"),
    ],
)
def test_wrong_rates_are_refused(rater: Rater, hourly: str, currency: str, code: str) -> None:
    by = MembershipFactory().user
    set_rate(corpus=rater.corpus, hourly=Decimal(1), currency="EUR", valid_from=MAY[0], created_by=by)
    with refused(code):
        set_rate(corpus=rater.corpus, hourly=Decimal(hourly), currency=currency, valid_from=MAY[0], created_by=by)
    with refused("hours.other_corpus"):
        set_rate(
            corpus=rater.corpus,
            membership=MembershipFactory(),
            hourly=Decimal(1),
            currency="EUR",
            valid_from=MAY[0],
            created_by=by,
        )


@pytest.mark.slow
def test_a_hundred_thousand_revisions_take_few_queries_and_no_blow_up(django_assert_num_queries: Any) -> None:
    corpus = corpus_with_work(utterances=100)
    codebook = corpus.codebook or codebook_of(corpus)
    raters = [RaterFactory(corpus=corpus, membership__corpus=corpus) for _ in range(10)]
    for rater in raters:
        annotations = [annotation_of(rater, place) for place in range(100)]
        Revision.objects.bulk_create(
            [
                Revision(
                    annotation=annotations[number % 100],
                    number=number // 100 + 1,
                    cause="commit",
                    author=rater.membership.user if rater.membership else None,
                    codebook=codebook,
                    active_ms=1000,
                    created_at=at(number % 31 + 1, number % 24),
                )
                for number in range(10_000)
            ],
            batch_size=2000,
        )
    began = time.process_time()
    with django_assert_num_queries(6):
        sheet = sheet_of(corpus=corpus, first=MAY[0], last=MAY[1])
    assert len(sheet.days) == 310
    assert sheet.total.total_ms == 100_000_000
    assert time.process_time() - began < BLOW_UP
