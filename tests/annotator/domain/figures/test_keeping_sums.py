"""The job that keeps the sums of work."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.figures import keeping_sums
from annotator.domain.figures.keeping_sums import corpora_with_work_to_sum, next_step
from annotator.models import DialogueWork, WorkMark, WorkSums
from common.jobs.queue import enqueue, execute
from common.jobs.upkeep import queue_upkeep
from common.models import Job
from corpus.models import Corpus, Dialogue
from tests.annotator.calibrated import newcomer, work_through
from tests.annotator.domain.batches.test_unfillable_slots import closing
from tests.annotator.domain.figures.summed import (
    assert_pages_agree_with_a_count,
    newcomer_let_through,
    run_once,
    sum_up,
)
from tests.annotator.material import codebook_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.usefixtures("small_corpora_have_sums"),
]
NOW = timezone.now()


class Server:
    """A PostgreSQL server that answers the questions about numbers of transactions."""

    vendor = "postgresql"

    def __init__(self, *answers: tuple[Any, ...]) -> None:
        self.answers = list(answers)

    @contextmanager
    def cursor(self) -> Iterator[Server]:
        yield self

    def execute(self, _statement: str, _values: object = ()) -> None:
        """Take a question."""

    def fetchone(self) -> tuple[Any, ...]:
        return self.answers.pop(0)


def step(corpus: Corpus) -> tuple[bool, bool, int | None]:
    """Return whether dialogues were counted, whether the job goes on, and the number that the first count waits for."""
    with transaction.atomic():
        dialogues, goes_on = next_step(corpus)
    return dialogues > 0, goes_on, WorkSums.objects.get().marked_from


def test_the_sweep_queues_the_job_for_missing_old_and_outdated_sums(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def due() -> list[Corpus]:
        return corpora_with_work_to_sum()

    monkeypatch.setattr(keeping_sums, "MANY", 13)
    assert due() == []
    monkeypatch.setattr(keeping_sums, "MANY", 12)
    assert due() == [corpus]
    queue_upkeep(now=NOW)
    execute(str(Job.objects.get(kind=keeping_sums.KIND).public_id))
    sum_up(corpus)
    assert due() == []
    newcomer_let_through(corpus)
    monkeypatch.setattr(keeping_sums, "DUE", WorkMark.objects.count() + 1)
    assert due() == []
    monkeypatch.setattr(keeping_sums, "DUE", WorkMark.objects.count())
    assert due() == [corpus]
    sum_up(corpus)
    assert due() == []
    corpus.codebook = codebook_of(corpus, 3, version=2)
    corpus.save()
    assert due() == [corpus]
    sum_up(corpus)
    WorkSums.objects.update(figures={"layout": -1, "sums": {}})
    assert due() == [corpus]


def test_the_job_counts_a_corpus_of_several_chunks(corpus: Corpus) -> None:
    newcomer_let_through(corpus)
    job = enqueue(kind=keeping_sums.KIND, args={"corpus": str(corpus.public_id)}, here=True)
    execute(str(job.public_id))
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE
    if connection.vendor == "sqlite":
        assert WorkSums.objects.get().is_whole
        assert DialogueWork.objects.exists()
    sum_up(corpus)
    assert_pages_agree_with_a_count(corpus)


def test_a_step_counts_few_utterances_but_at_least_one_dialogue(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_sums, "CHUNK", 100)
    monkeypatch.setattr(keeping_sums, "UTTERANCES", 3)  # a dialogue has two
    corpus = sum_up(corpus)
    newcomer_let_through(corpus)
    marked = WorkMark.objects.values("dialogue").distinct().count()
    assert marked > 1
    with transaction.atomic():
        assert next_step(corpus) == (1, True)
    assert WorkMark.objects.values("dialogue").distinct().count() == marked - 1
    assert_pages_agree_with_a_count(corpus)


def test_a_step_removes_all_marks_of_the_dialogues_that_it_counts(corpus: Corpus) -> None:
    corpus = sum_up(corpus)
    dialogue = Dialogue.objects.filter(corpus=corpus).order_by("pk").first()
    assert dialogue
    WorkMark.objects.bulk_create([WorkMark(corpus=corpus.pk, dialogue=dialogue.pk) for _ in range(1200)])
    with transaction.atomic():
        assert next_step(corpus) == (1, False)
    assert not WorkMark.objects.exists()


def test_a_hidden_import_is_not_counted_before_it_is_published(corpus: Corpus) -> None:
    Dialogue.objects.filter(corpus=corpus).update(state=Dialogue.State.HIDDEN)
    assert corpus not in corpora_with_work_to_sum()


def test_the_first_count_waits_for_the_transactions_before_the_sums(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_sums, "connection", Server((5,), (False, False), (True, False)))
    assert step(corpus) == (False, True, None)
    assert step(corpus) == (False, True, 5)
    assert step(corpus) == (False, False, 5)  # later: the sweep queues the job again
    assert step(corpus) == (True, True, keeping_sums.SINCE_EVER)
    assert step(corpus)[2] == keeping_sums.SINCE_EVER  # and asks no more


def test_sums_of_a_backup_from_a_server_with_higher_numbers_wait_anew(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    WorkSums.objects.create(corpus=corpus, figures={"layout": -1, "sums": {}}, marked_from=1 << 60)
    monkeypatch.setattr(keeping_sums, "connection", Server((False, True), (7,), (True, False)))
    assert step(corpus) == (False, True, None)
    assert step(corpus) == (False, True, 7)
    assert step(corpus) == (True, True, keeping_sums.SINCE_EVER)


def test_the_first_count_waits_for_transactions_that_may_have_marked_nothing(corpus: Corpus) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    rater = newcomer(corpus)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            work_through(rater)
            pool.submit(closing, run_once, corpus).result(timeout=30)
            assert not pool.submit(closing, lambda: WorkSums.objects.get().is_whole).result(timeout=30)
        pool.submit(closing, sum_up, corpus).result(timeout=30)
    assert not WorkMark.objects.exists()
    assert WorkSums.objects.get().is_whole
    assert_pages_agree_with_a_count(corpus)


def test_the_command_finds_and_corrects_wrong_sums(corpus: Corpus) -> None:
    newcomer_let_through(corpus)

    def told() -> str:
        out = StringIO()
        call_command("check_work_sums", corpus.slug, stdout=out)
        return out.getvalue().strip()

    assert told() == f"{corpus.slug}: no sums, its pages count"
    sum_up(corpus)
    assert told() == f"{corpus.slug}: 0 sums wrong"
    sums = WorkSums.objects.get()
    sums.figures["sums"]["labelled"] = 7
    sums.save()
    assert told() == f"{corpus.slug}: 1 sums wrong, counted again soon"
    assert_pages_agree_with_a_count(sum_up(corpus))
    with pytest.raises(CommandError, match="nowhere"):
        call_command("check_work_sums", "nowhere")
