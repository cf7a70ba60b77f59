"""The sums of work: equal to a count after every kind of change, also while others work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batches import BatchSpec, create_batch
from annotator.domain.figures import work_sums
from annotator.domain.figures.keeping_sums import difference
from annotator.models import Assignment, CalibrationDialogue, DialogueWork, Slot, WorkMark
from common.jobs.queue import execute
from corpus.domain.deletion.corpora import request_deletion
from corpus.domain.deletion.removal import Removal, deletion_permit
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.models import Annotation, Corpus, Dialogue, Membership, Purpose, Rater, Utterance
from tests.annotator.calibrated import CALM, GLAD, commit, keyed, newcomer, work_through
from tests.annotator.domain.batches.test_unfillable_slots import closing
from tests.annotator.domain.figures.summed import (
    assert_pages_agree_with_a_count,
    newcomer_let_through,
    shown,
    sum_up,
)
from tests.annotator.material import codebook_of, corpus_with_work
from tests.factories import MembershipFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.usefixtures("small_corpora_have_sums"),
]
NOW = timezone.now()


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


def test_the_pages_count_while_long_dialogues_are_marked(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = sum_up(corpus)
    newcomer_let_through(corpus)
    assert work_sums.work_sums(corpus) is not None
    monkeypatch.setattr(work_sums, "MOST_UTTERANCES", 3)
    assert work_sums.work_sums(corpus) is None


def test_a_deleted_corpus_leaves_no_marks(corpus: Corpus) -> None:
    newcomer_let_through(corpus)
    sum_up(corpus)
    job = request_deletion(corpus=corpus, typed=corpus.slug, requested_by=UserFactory(), now=NOW, here=True)
    execute(str(job.public_id))
    assert not Corpus.objects.exists()
    assert not WorkMark.objects.exists()
    assert not DialogueWork.objects.exists()


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
