"""The sums of work: equal to a count after every kind of change, also while others work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreement.judgements.raters import offered_raters
from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batch_progress import batches
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.figures import corpus_work, keeping_sums, own_work, work_sums
from annotator.domain.figures.keeping_sums import corpora_with_work_to_sum, difference, next_step
from annotator.domain.manager import progress
from annotator.models import Assignment, CalibrationDialogue, DialogueWork, Slot, WorkMark, WorkSums
from common.jobs.queue import enqueue, execute
from common.jobs.upkeep import queue_upkeep
from common.models import Job
from corpus.domain.deletion.corpora import request_deletion
from corpus.domain.deletion.removal import Removal, deletion_permit
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.models import Annotation, Corpus, Dialogue, Membership, Purpose, Rater, Utterance
from tests.annotator.calibrated import CALM, GLAD, calibrated, commit, keyed, newcomer, work_through
from tests.annotator.domain.batches.test_unfillable_slots import closing
from tests.annotator.material import codebook_of, corpus_with_work
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def small_corpora_have_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_sums, "MANY", 1)
    monkeypatch.setattr(keeping_sums, "CHUNK", 2)


@pytest.fixture
def corpus() -> Corpus:
    return calibrated("training", "test", "gold", "gold", main=8, utterances=2, k=2, gold_percent=50)


def run_once(corpus: Corpus) -> None:
    goes_on = True
    while goes_on:
        with transaction.atomic():
            _dialogues, goes_on = next_step(corpus)


def sum_up(corpus: Corpus) -> Corpus:
    """Let the job bring the sums up to date; return the corpus as a request reads it.

    PostgreSQL may have older transactions, of other databases, too, that the first count waits for.
    """
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    deadline = monotonic() + 60
    run_once(corpus)
    while not WorkSums.objects.filter(corpus=corpus, is_whole=True).exists():
        assert monotonic() < deadline
        sleep(0.05)
        run_once(corpus)
    return corpus


def shown(corpus: Corpus) -> dict[str, Any]:
    """Return what pages show of the work."""
    people = [(each.pk, each.done, each.open, each.labelled, each.active_ms) for each in progress.people(corpus=corpus)]  # type: ignore[attr-defined]
    return {
        "totals": corpus_work.totals(corpus=corpus),
        "labelled": corpus_work.labelled_utterances(corpus=corpus),
        "people": people,
        "own": [own_work.utterances_labelled(rater=rater) for rater in corpus.raters.order_by("pk")],
        "offered": [(rater.slug, rater.labels) for rater in offered_raters(corpus)],  # type: ignore[attr-defined]
        "batches": [(each.name, each.free, each.held, each.done, each.all) for each in batches(corpus=corpus)],  # type: ignore[attr-defined]
    }


def assert_pages_agree_with_a_count(corpus: Corpus) -> None:
    """Compare what pages show by sums and marks, by sums alone, and by counting."""
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    assert work_sums.work_sums(corpus) is not None
    by_marks = shown(corpus)
    sum_up(corpus)
    assert not WorkMark.objects.exists()
    by_sums = shown(corpus)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkSums, "objects", WorkSums.objects.none())
        assert work_sums.work_sums(corpus) is None
        counted = shown(corpus)
    assert by_marks == by_sums == counted


def people_of(corpus: Corpus) -> list[Rater]:
    return list(Rater.objects.filter(corpus=corpus).order_by("pk"))


def main_work(corpus: Corpus, state: str = "done") -> Assignment:
    found = Assignment.objects.filter(rater__corpus=corpus, purpose=Purpose.MAIN, state=state).order_by("pk").first()
    assert found
    return found


def go_on(corpus: Corpus) -> None:
    for rater in people_of(corpus):
        work_through(rater)


def begin(corpus: Corpus) -> None:
    held = claim(rater=newcomer_let_through(corpus), now=NOW)
    assert held
    commit(held, GLAD)


def newcomer_let_through(corpus: Corpus) -> Rater:
    rater = newcomer(corpus)
    work_through(rater)
    work_through(rater)
    return rater


def give_up(corpus: Corpus) -> None:
    begin(corpus)
    release(assignment=Assignment.objects.get(rater__corpus=corpus, state="open"), now=NOW)


def end_without_its_slot(corpus: Corpus) -> None:
    begin(corpus)
    sum_up(corpus)
    Assignment.objects.filter(rater__corpus=corpus, state="open").update(state="released", ended_at=NOW)


def withdraw(corpus: Corpus) -> None:
    Annotation.objects.filter(utterance__dialogue=main_work(corpus).dialogue).update(answers=None, codes=None)


def exclude(corpus: Corpus) -> None:
    exclude_dialogue(dialogue=main_work(corpus).dialogue)


def use_as_gold(corpus: Corpus) -> None:
    free = Dialogue.objects.filter(corpus=corpus, calibration__isnull=True).exclude(slots__state="done")
    keyed(free.latest("order"), "gold")


def stop_using(corpus: Corpus) -> None:
    CalibrationDialogue.objects.filter(dialogue__corpus=corpus, use="gold").first().delete()  # type: ignore[union-attr]


def add_batch(corpus: Corpus) -> None:
    spec = BatchSpec(purpose=Purpose.MAIN, most=3, k=3)
    create_batch(corpus=corpus, name="more", spec=spec, priority=9, created_by=UserFactory(), now=NOW)
    go_on(corpus)


def drop_slots(corpus: Corpus) -> None:
    Slot.objects.filter(dialogue__corpus=corpus, state="free").delete()


def move_utterance(corpus: Corpus) -> None:
    to = Dialogue.objects.get(corpus=corpus, calibration__use="training")
    Utterance.objects.filter(dialogue=main_work(corpus).dialogue, order=1).update(dialogue=to, order=9, code="U9")


def hide(corpus: Corpus) -> None:
    Dialogue.objects.filter(pk=main_work(corpus).dialogue_id).update(state="hidden")


def remove_dialogue(corpus: Corpus) -> None:
    with deletion_permit(corpus):
        Removal(Dialogue, main_work(corpus).dialogue_id).all_at_once()


def another_k(corpus: Corpus) -> None:
    corpus.codebook = codebook_of(corpus, 3, version=2)
    corpus.save()
    assert work_sums.work_sums(corpus) is None, "counted by the k of before"
    sum_up(corpus)


CHANGES = [
    go_on,
    begin,
    give_up,
    end_without_its_slot,
    withdraw,
    exclude,
    use_as_gold,
    stop_using,
    add_batch,
    drop_slots,
    move_utterance,
    hide,
    remove_dialogue,
    another_k,
]


@pytest.mark.parametrize("change", CHANGES)
def test_sums_equal_a_count_after_every_change(corpus: Corpus, change: Callable[[Corpus], None]) -> None:
    for _ in range(2):
        rater = newcomer(corpus)
        for _ in range(5):
            work_through(rater)
    sum_up(corpus)
    assert_pages_agree_with_a_count(corpus)
    before = shown(Corpus.objects.get(pk=corpus.pk))
    assert before["totals"].filled
    assert before["labelled"].labelled
    change(corpus)
    if change is not another_k:
        assert WorkMark.objects.exists()
    assert_pages_agree_with_a_count(corpus)
    corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
    assert difference(corpus) == {}
    assert shown(corpus) != before, "the change changes no figure"


def test_the_pages_count_while_many_dialogues_are_marked(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = sum_up(corpus)
    newcomer_let_through(corpus)
    monkeypatch.setattr(work_sums, "MOST", 1)
    assert work_sums.work_sums(corpus) is None
    monkeypatch.setattr(work_sums, "MOST", 2)
    assert work_sums.work_sums(corpus) is not None


def test_nothing_is_marked_without_sums(corpus: Corpus) -> None:
    newcomer_let_through(corpus)
    assert not WorkMark.objects.exists()


def test_an_import_marks_its_dialogues_only_as_it_publishes_them(corpus: Corpus) -> None:
    newcomer_let_through(corpus)
    dialogue = Assignment.objects.latest("pk").dialogue
    Dialogue.objects.filter(pk=dialogue.pk).update(state="hidden")
    sum_up(corpus)
    Annotation.objects.filter(utterance__dialogue=dialogue).update(answers=CALM)
    assert not WorkMark.objects.exists()
    Dialogue.objects.filter(pk=dialogue.pk).update(state="ready")
    assert set(WorkMark.objects.values_list("dialogue", flat=True)) == {dialogue.pk}
    assert_pages_agree_with_a_count(corpus)


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


def test_the_pages_count_while_long_dialogues_are_marked(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = sum_up(corpus)
    newcomer_let_through(corpus)
    assert work_sums.work_sums(corpus) is not None
    monkeypatch.setattr(work_sums, "MOST_UTTERANCES", 3)
    assert work_sums.work_sums(corpus) is None


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


def test_a_deleted_corpus_leaves_no_marks(corpus: Corpus) -> None:
    newcomer_let_through(corpus)
    sum_up(corpus)
    job = request_deletion(corpus=corpus, typed=corpus.slug, requested_by=UserFactory(), now=NOW, here=True)
    execute(str(job.public_id))
    assert not Corpus.objects.exists()
    assert not WorkMark.objects.exists()
    assert not DialogueWork.objects.exists()


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


def test_the_pages_of_a_corpus_with_sums_read_no_annotations(client: Client, corpus: Corpus) -> None:
    rater = newcomer_let_through(corpus)
    sum_up(corpus)
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    for page in ("", "progress/", f"progress/people/{rater.public_id}/", "batches/", "agreement/", "releases/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/c/{corpus.slug}/{page}").status_code == 200
        read = [query["sql"] for query in queries if "corpus_annotation" in query["sql"]]
        assert read == [], page


def test_sums_are_exact_after_people_worked_at_the_same_time(corpus: Corpus) -> None:
    people = [newcomer(corpus) for _ in range(4)]
    sum_up(corpus)

    def work(rater: Rater) -> None:
        for _ in range(6):
            work_through(rater)

    with ThreadPoolExecutor(5) as pool:
        works = [pool.submit(closing, work, rater) for rater in people]
        while not all(each.done() for each in works):
            closing(sum_up, corpus)
        for each in works:
            each.result(timeout=60)
    assert Annotation.objects.filter(rater__in=people).count() > 20
    assert_pages_agree_with_a_count(corpus)


def test_two_first_answers_to_an_utterance_wait_for_nothing_and_count_once(corpus: Corpus) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    corpus = corpus_with_work(utterances=1, k=2)
    held = [claim(rater=newcomer(corpus), now=NOW) for _ in range(2)]
    sum_up(corpus)
    assert all(held)

    def answer(assignment: Assignment) -> None:
        commit(assignment, CALM)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            answer(held[0])  # type: ignore[arg-type]
            pool.submit(closing, answer, held[1]).result(timeout=30)
            pool.submit(closing, sum_up, corpus).result(timeout=30)
        assert work_sums.work_sums(corpus)["labelled"] == 1  # type: ignore[index]
    for each in held:
        assert each
        finish(assignment=each, token=each.token, now=NOW)
    assert_pages_agree_with_a_count(corpus)


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
