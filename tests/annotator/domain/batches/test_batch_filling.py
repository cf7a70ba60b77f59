from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches import batch_filling
from annotator.domain.batches.batches import BatchSpec, create_batch, dissolve_batch, resume_batch
from annotator.models import Assignment, Batch, Slot
from common.jobs.queue import Superseded, execute, retry
from common.models import Job
from corpus.models import Corpus, Dialogue, Purpose, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.batches.batches.AT_ONCE", 2)
    monkeypatch.setattr(batch_filling, "CHUNK", 2)


def made(corpus: Corpus, **spec: Any) -> Batch:
    return create_batch(corpus=corpus, name="large", spec=BatchSpec(**spec), created_by=UserFactory(), now=NOW)


def run(batch: Batch) -> Job:
    assert batch.job
    execute(str(batch.job.public_id))
    batch.job.refresh_from_db()
    batch.refresh_from_db()
    return batch.job


def of(batch: Batch) -> list[tuple[int, int, int]]:
    found = Slot.objects.filter(batch=batch).order_by("rank", "number")
    return list(found.values_list("rank", "dialogue__order", "number"))


def in_common(slot: Slot) -> bool:
    return slot.batch is not None and slot.batch.is_automatic


def killed_in_portion(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the attempt that runs next be taken from its worker in the middle of a chunk."""
    real, count = batch_filling._add, 0

    def add(*args: Any) -> None:
        nonlocal count
        count += 1
        real(*args)
        if count == number:
            raise Superseded

    monkeypatch.setattr(batch_filling, "_add", add)


def test_a_large_batch_is_filled_by_a_job_and_gives_nothing_out_before_it_is_complete() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=2)
    batch = made(corpus, k=2)
    assert batch.job
    assert (batch.job.state, of(batch), batch.closed_at) == ("queued", [], NOW)
    for act in (lambda: resume_batch(batch=batch), lambda: dissolve_batch(batch=batch, now=NOW)):
        with refused("batch.being_filled"):
            act()
    job = run(batch)
    assert (job.state, job.result, job.progress_total) == ("done", {"dialogues": 5}, 5)
    assert of(batch) == [(order, order, number) for order in range(5) for number in (1, 2)]
    assert (batch.closed_at, batch.dealt) == (None, 5)
    assert dissolve_batch(batch=batch, now=NOW) == 10


def test_a_small_batch_is_filled_at_once() -> None:
    batch = made(corpus_with_work(dialogues=5, utterances=0), most=2, k=1)
    assert (batch.job, of(batch), batch.closed_at) == (None, [(0, 0, 1), (1, 1, 1)], None)


def test_a_dialogue_started_meanwhile_stays_in_the_automatic_batch_and_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    corpus = corpus_with_work(dialogues=7, utterances=0, k=1)
    batch = made(corpus, most=4, k=1)
    begun, real = [claim(rater=RaterFactory(corpus=corpus), now=NOW)], batch_filling._add

    def add(*args: Any) -> None:
        real(*args)
        if len(begun) < 3:
            begun.append(claim(rater=RaterFactory(corpus=corpus), now=NOW))

    monkeypatch.setattr(batch_filling, "_add", add)
    run(batch)
    assert [order for _rank, order, _number in of(batch)] == [1, 2, 4, 6]
    assert [(each.dialogue.order, in_common(each.slot)) for each in begun if each] == [(0, True), (3, True), (5, True)]


def test_another_attempt_continues_where_one_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_with_work(dialogues=7, utterances=0, k=2, order="shuffled-blocks")
    people: list[Rater] = RaterFactory.create_batch(3, corpus=corpus)
    batch = made(corpus, k=2, most=6, given=Batch.Given.SHARED, people=people)
    with monkeypatch.context() as patch:
        killed_in_portion(2, patch)
        assert run(batch).state == "running"
    assert (len(of(batch)), batch.dealt) == (4, 2)
    assert batch.closed_at
    Job.objects.update(state="queued")
    assert run(batch).state == "done"
    assert (len(of(batch)), batch.dealt) == (12, 6)
    assert not Batch.objects.filter(closed_at__isnull=False).exists()
    assert set(Counter(Slot.objects.values_list("dialogue", flat=True)).values()) == {2}
    assert set(Counter(Slot.objects.values_list("rater", flat=True)).values()) == {4}
    assert [rank for rank, _dialogue, number in of(batch) if number == 1] == list(range(6))


def test_the_job_fails_if_all_dialogues_were_taken_meanwhile() -> None:
    corpus = corpus_with_work(dialogues=3, utterances=0, k=1)
    batch = made(corpus, k=1)
    rater = RaterFactory(corpus=corpus)
    while assignment := claim(rater=rater, now=NOW):
        finish(assignment=assignment, token=assignment.token, now=NOW)
    job = run(batch)
    assert (job.state, job.error_code) == ("failed", "batch.no_dialogues")
    Assignment.objects.all().delete()
    Slot.objects.all().delete()
    retry(job=job)
    assert run(batch).state == "done"


def test_two_batches_created_at_once_take_no_dialogue_twice() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=1)
    for purpose in (Purpose.MAIN, Purpose.PILOT):
        first, second = (made(corpus, k=1, purpose=purpose, most=most) for most in (None, 3))
        run(second)
        run(first)
        assert (len(of(second)), len(of(first))) == (3, 2)
    assert set(Counter(Slot.objects.values_list("dialogue", "purpose")).values()) == {1}


def test_dissolving_frees_unstarted_dialogues_and_moves_the_rest() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=2)
    first = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    batch = made(corpus, k=2)
    run(batch)
    begun = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert first
    assert begun
    assert begun.slot.batch == batch
    assert dissolve_batch(batch=batch, now=NOW) == 7
    assert set(Dialogue.objects.filter(is_dealt=True)) == {first.dialogue, begun.dialogue}
    assert of(batch) == [(0, 1, 1)]
    moved = Slot.objects.get(dialogue=begun.dialogue, state="free")
    assert (in_common(moved), moved.number, moved.rater) == (True, 2, None)
    # after all dialogues dealt before, where no bookmark points yet
    assert (moved.rank, Batch.objects.get(is_automatic=True).dealt) == (5, 6)


def test_a_dissolved_or_resumed_batch_gets_no_more_dialogues(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=1)
    for settle in (lambda batch: dissolve_batch(batch=batch, now=NOW), lambda batch: resume_batch(batch=batch)):
        batch = made(corpus, k=1)
        with monkeypatch.context() as broken:
            broken.setattr(batch_filling, "_in_order", lambda *_: 1 / 0)
            job = run(batch)
        assert job.state == "failed"
        settle(batch)
        before = Batch.objects.get(pk=batch.pk)
        assert before.job is None
        retry(job=job)
        execute(str(job.public_id))
        job.refresh_from_db()
        assert (job.state, job.error_code) == ("failed", "batch.settled")
        assert Batch.objects.get(pk=batch.pk).closed_at == before.closed_at
        assert not Slot.objects.filter(batch=batch).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_dissolving_does_not_block_references_to_the_batch() -> None:
    corpus = corpus_with_work(dialogues=5, utterances=0, k=1)
    batch = made(corpus, k=1)
    run(batch)
    with CaptureQueriesContext(connection) as captured:
        dissolve_batch(batch=batch, now=NOW)
    sqls = [query["sql"] for query in captured]
    locks = [sql for sql in sqls if 'FROM "annotator_batch"' in sql and " FOR " in sql]
    assert len(locks) == 1
    assert locks[0].endswith("FOR NO KEY UPDATE")
    stopped = next(
        place for place, sql in enumerate(sqls) if sql.startswith('UPDATE "annotator_batch" SET "closed_at"')
    )
    assert stopped < sqls.index(locks[0])
