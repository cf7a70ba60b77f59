from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.batches.batches import BatchSpec, create_batch, dissolve_batch
from annotator.domain.figures import corpus_work
from annotator.domain.manager import progress
from annotator.models import Assignment, LateOperation
from corpus.models import Corpus, Rater, Revision
from tests.annotator.material import answered, codebook_of, corpus_with_work
from tests.factories import AnnotationFactory, MembershipFactory, RaterFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def work(corpus: Corpus) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert assignment
    return assignment


def label(assignment: Assignment, active_ms: int) -> None:
    for utterance in assignment.dialogue.utterances.all():
        annotation = AnnotationFactory(
            rater=assignment.rater, utterance=utterance, codebook=assignment.codebook, answers=answered()
        )
        Revision.objects.create(
            annotation=annotation, number=1, cause="commit", codebook=assignment.codebook, active_ms=active_ms
        )


@pytest.fixture
def corpus() -> Corpus:
    """Two dialogues of two utterances for two people each; one judgement done, one in progress."""
    corpus = corpus_with_work(dialogues=2, utterances=2, k=2)
    done = work(corpus)
    label(done, active_ms=90_000)
    finish(assignment=done, token=done.token, now=NOW)
    work(corpus)
    return corpus


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def test_totals_count_judgements(corpus: Corpus) -> None:
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=0, slots=4, filled=1)
    assert corpus_work.totals(corpus=corpus).percent == 25
    held = Assignment.objects.get(state="open")
    label(held, active_ms=1)
    finish(assignment=held, token=held.token, now=NOW)
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=1, slots=4, filled=2)


def of_dialogues(corpus: Corpus) -> list[tuple[int, int, int]]:
    found = corpus_work.with_judgements(corpus=corpus, only=list(corpus_work.main_work(corpus=corpus)))
    return [(each.done, each.open, each.k) for each in found]  # type: ignore[attr-defined]


def test_each_dialogue_has_the_slots_of_its_batch(corpus: Corpus) -> None:
    assert of_dialogues(corpus) == [(1, 1, 2), (0, 0, 2)]
    create_batch(corpus=corpus, name="one", spec=BatchSpec(k=1), created_by=UserFactory(), now=NOW)
    assert of_dialogues(corpus) == [(1, 1, 2), (0, 0, 1)]
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=0, slots=3, filled=1)
    last = work(corpus)
    label(last, active_ms=1)
    finish(assignment=last, token=last.token, now=NOW)
    assert of_dialogues(corpus) == [(1, 1, 2), (1, 0, 1)]
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=1, slots=3, filled=2)


def test_a_dissolved_batch_leaves_no_slots_that_are_not_given_out() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=2)
    batch = create_batch(corpus=corpus, name="many", spec=BatchSpec(k=4), created_by=UserFactory(), now=NOW)
    for expected in (4, 2):
        done = work(corpus)
        finish(assignment=done, token=done.token, now=NOW)
        assert corpus_work.totals(corpus=corpus).slots == expected
        if expected == 4:
            dissolve_batch(batch=batch, now=NOW)
    assert claim(rater=RaterFactory(corpus=corpus), now=NOW) is None
    assert corpus_work.totals(corpus=corpus).percent == 100


def test_extra_judgements_are_not_counted(corpus: Corpus) -> None:
    with_less = codebook_of(corpus, 1, version=7)
    held = Assignment.objects.get(state="open")
    label(held, active_ms=1)
    finish(assignment=held, token=held.token, now=NOW)
    corpus.codebook = with_less
    assert of_dialogues(corpus) == [(2, 0, 1), (0, 0, 1)]
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=2, complete=1, slots=2, filled=1)


def test_an_excluded_dialogue_is_not_counted(corpus: Corpus) -> None:
    corpus.dialogues.filter(order=0).update(state="excluded")
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=1, complete=0, slots=2, filled=0)


def test_a_corpus_without_a_codebook_has_no_slots() -> None:
    corpus = corpus_with_work(dialogues=1)
    corpus.codebook = None
    assert corpus_work.totals(corpus=corpus) == corpus_work.Totals(dialogues=1, complete=0, slots=0, filled=0)


def test_people_are_counted_separately(corpus: Corpus) -> None:
    names = ["done", "open", "labelled", "active_ms"]
    figures = [[getattr(rater, name) for name in names] for rater in progress.people(corpus=corpus)]
    assert figures == [[1, 0, 2, 180_000], [0, 1, 0, 0]]


def test_the_page_shows_people_dialogues_and_open_assignments(manager: Client, corpus: Corpus) -> None:
    page = manager.get(f"/c/{corpus.slug}/progress/").content.decode()
    for rater in Rater.objects.filter(kind="member"):
        assert rater.slug in page
    assert "0 h 03 min" in page
    assert "1 / 4" in page


def test_a_slot_is_released(manager: Client, corpus: Corpus) -> None:
    held = Assignment.objects.get(state="open")
    response = manager.post(f"/c/{corpus.slug}/progress/{held.public_id}/release/", follow=True)
    held.refresh_from_db()
    assert held.state == "released"
    assert "Another annotator can take it" in response.content.decode()
    response = manager.post(f"/c/{corpus.slug}/progress/{held.public_id}/release/", follow=True)
    assert "already finished or released" in response.content.decode()


def test_a_slot_of_another_corpus_is_not_found(manager: Client, corpus: Corpus) -> None:
    other = work(corpus_with_work())
    assert manager.post(f"/c/{corpus.slug}/progress/{other.public_id}/release/").status_code == 404


def test_late_work_is_counted(manager: Client, corpus: Corpus) -> None:
    held = Assignment.objects.get(state="open")
    LateOperation.objects.create(assignment=held, operation=held.public_id, token=1, payload={})
    assert f"/c/{corpus.slug}/progress/kept/" in manager.get(f"/c/{corpus.slug}/progress/").content.decode()
    assert progress.late_count(corpus=corpus) == 1
    LateOperation.objects.update(state=LateOperation.State.DISCARDED)
    assert progress.late_count(corpus=corpus) == 0


@pytest.mark.parametrize("dialogues", [1, 3])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, dialogues: int) -> None:
    corpus = corpus_with_work(dialogues=dialogues, k=3)
    for _ in range(dialogues):
        work(corpus)
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    with django_assert_num_queries(17):  # three of them look for sums
        client.get(f"/c/{corpus.slug}/progress/")
