from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from annotator.domain.hours.fast_labelling import (
    FIRST_LOOK,
    KIND,
    check_speed,
    corpora_to_check,
    dismiss,
    open_reports,
)
from annotator.domain.messages.inbox import inbox
from annotator.models import FastLabelling, SpeedCheck
from common.jobs.queue import JobRun, claim, enqueue, execute
from common.jobs.upkeep import queue_upkeep
from common.models import Job
from corpus.models import Corpus, Rater, Utterance
from tests.annotator.domain.hours.test_sheets import annotation_of, at, revise
from tests.annotator.material import corpus_with_work
from tests.factories import AssignmentFactory, MembershipFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = at(5, 18)


@pytest.fixture
def corpus() -> Corpus:
    made = corpus_with_work(utterances=40)
    Utterance.objects.update(start_ms=0, end_ms=4000)
    return made


@pytest.fixture
def rater(corpus: Corpus) -> Rater:
    made: Rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    return made


def work(rater: Rater, places: range, *, active_ms: int, played_ms: int, day: int = 5) -> None:
    for place in places:
        revise(annotation_of(rater, place), at(day), minutes=active_ms / 60_000, played_ms=played_ms)


def run(corpus: Corpus, now: Any = NOW) -> int:
    job = claim(str(enqueue(kind=KIND, args={"corpus": str(corpus.public_id)}, here=True).public_id))
    assert job is not None
    return check_speed(run=JobRun(job), corpus=corpus, now=now)["days"]


def test_a_day_with_many_fast_utterances_is_reported_once_with_its_evidence(corpus: Corpus, rater: Rater) -> None:
    work(rater, range(12), active_ms=1500, played_ms=1000)
    work(rater, range(12, 40), active_ms=9000, played_ms=4000)
    assert [run(corpus), run(corpus)] == [1, 1]
    report = FastLabelling.objects.get()
    assert (report.rater, report.day) == (rater, date(2026, 5, 5))
    assert (report.fast, report.utterances, report.percent) == (12, 40, 30)
    assert (report.clips_ms, report.played_ms, report.active_ms) == (48_000, 12_000, 18_000)
    dialogue = corpus.dialogues.get()
    evidence = {"dialogue": str(dialogue.public_id), "code": dialogue.code, "fast": 12, "utterances": 40}
    assert report.dialogues == [evidence]
    assert inbox(corpus).fast_labelling == inbox(corpus).total == 1


@pytest.mark.parametrize(
    ("fast", "active_ms", "played_ms"),
    [(9, 1500, 1000), (11, 1500, 1000), (40, 4000, 0), (40, 0, 4000)],
    ids=["few", "small share", "long thought", "played in full"],
)
def test_other_days_are_not_reported(corpus: Corpus, rater: Rater, fast: int, active_ms: int, played_ms: int) -> None:
    work(rater, range(fast), active_ms=active_ms, played_ms=played_ms)
    if fast == 11:
        work(rater, range(fast, 40), active_ms=9000, played_ms=4000)
    assert run(corpus) == 0
    assert not FastLabelling.objects.exists()


def test_quick_corrections_and_utterances_without_a_clip_do_not_count(corpus: Corpus, rater: Rater) -> None:
    work(rater, range(20), active_ms=9000, played_ms=4000, day=4)
    for annotation in rater.annotations.all():
        revise(annotation, at(5), minutes=0.001)
    Utterance.objects.filter(order__gt=20).update(start_ms=None, end_ms=None)
    work(rater, range(20, 40), active_ms=10, played_ms=0)
    assert run(corpus) == 0


def test_parts_of_a_day_are_added_and_a_dismissed_day_stays_dismissed(corpus: Corpus, rater: Rater) -> None:
    work(rater, range(12), active_ms=1500, played_ms=1000)
    run(corpus)
    manager = MembershipFactory(corpus=corpus).user
    for _ in range(2):
        dismiss(report=FastLabelling.objects.get(), by=manager, now=NOW)
    work(rater, range(12, 24), active_ms=1500, played_ms=1000)
    run(corpus, NOW + timedelta(hours=2))
    report = FastLabelling.objects.get()
    assert (report.fast, report.dismissed_by) == (24, manager)
    assert (list(open_reports(corpus)), list(open_reports(corpus, dismissed=True))) == ([], [report])
    assert inbox(corpus).fast_labelling == 0


def test_the_sweep_queues_a_check_an_hour_after_the_last_one_if_work_was_finished(corpus: Corpus, rater: Rater) -> None:
    assert list(corpora_to_check(now=NOW)) == []
    AssignmentFactory(slot__dialogue=corpus.dialogues.get(), rater=rater, state="done", ended_at=NOW)
    assert list(corpora_to_check(now=NOW)) == [corpus]
    queue_upkeep(now=NOW)
    execute(str(Job.objects.get(kind=KIND).public_id))
    assert Job.objects.get(kind=KIND).state == "done"
    SpeedCheck.objects.update(checked_at=NOW - timedelta(minutes=59))
    assert list(corpora_to_check(now=NOW)) == []
    assert list(corpora_to_check(now=NOW + timedelta(minutes=1))) == [corpus]
    SpeedCheck.objects.update(checked_at=NOW)
    assert list(corpora_to_check(now=NOW + timedelta(days=1))) == []


def test_the_first_check_looks_back_and_later_ones_leave_no_gap(corpus: Corpus, rater: Rater) -> None:
    work(rater, range(12), active_ms=10, played_ms=0, day=1)
    SpeedCheck.objects.create(corpus=corpus, checked_at=at(1, 1))
    assert run(corpus, at(28)) == 1
    SpeedCheck.objects.all().delete()
    assert run(corpus, at(1) + FIRST_LOOK + timedelta(days=1)) == 0


def test_the_database_holds_one_report_per_person_and_day(corpus: Corpus, rater: Rater) -> None:
    fields = {"corpus": corpus, "rater": rater, "day": NOW.date(), "clips_ms": 1, "played_ms": 0, "active_ms": 0}
    FastLabelling.objects.create(**fields, utterances=10, fast=10, dialogues=[])
    for wrong in ({"fast": 10}, {"fast": 11, "day": date(2026, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FastLabelling.objects.create(**(fields | {"utterances": 10, "dialogues": []} | wrong))


def test_a_manager_reads_and_dismisses_a_report(client: Client, corpus: Corpus, rater: Rater) -> None:
    work(rater, range(12), active_ms=1500, played_ms=1000)
    run(corpus)
    client.force_login(MembershipFactory(corpus=corpus, roles=["manager"]).user)
    page = reverse("annotator:fast_labelling", args=[corpus.slug])
    assert client.get(reverse("annotator:inbox", args=[corpus.slug])).headers["Location"] == page
    shown = client.get(page).content.decode()
    assert "12 of 12 utterances were answered faster than their clips play." in shown
    assert "These clips last 0:48; 0:12 of them were played, and 0:18 of active time was spent." in shown
    report = FastLabelling.objects.get()
    response = client.post(reverse("annotator:settle_fast_labelling", args=[corpus.slug, report.public_id]))
    assert response.headers["Location"] == page
    assert "Nothing to report" in client.get(page).content.decode()
    assert "12 of 12 utterances" in client.get(f"{page}?state=dismissed").content.decode()
