from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release, send_back
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE
from annotator.models import Assignment, Batch, Bookmark, Slot
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Purpose, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import AssignmentFactory, BatchFactory, DialogueFactory, RaterFactory, SlotFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
LATER = NOW + LEASE + timedelta(seconds=1)


def person(corpus: Corpus) -> Rater:
    return RaterFactory(corpus=corpus)


def batch(corpus: Corpus, name: str, order: int, **more: Any) -> Batch:
    """A batch of one dialogue with one slot."""
    people = more.pop("people", [])
    made: Batch = BatchFactory(corpus=corpus, is_automatic=False, name=name, k=1, dealt=1, **more)
    made.people.set(people)
    dialogue = DialogueFactory(corpus=corpus, order=order, is_dealt=True)
    SlotFactory(batch=made, dialogue=dialogue, purpose=made.purpose)
    return made


def orders(rater: Rater, times: int = 4) -> list[int]:
    """Order of the dialogues that a person gets in turn."""
    found = []
    for _ in range(times):
        assignment = claim(rater=rater, now=NOW)
        if assignment is None:
            break
        found.append(assignment.dialogue.order)
        finish(assignment=assignment, token=assignment.token, now=NOW)
    return found


def test_priority_deadline_and_age_order_batches_and_the_automatic_one_is_last() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0)
    batch(corpus, "some day", 1)
    batch(corpus, "soon", 2, deadline=date(2030, 1, 1))
    batch(corpus, "sooner", 3, deadline=date(2029, 1, 1))
    batch(corpus, "first of all", 4, priority=5)
    batch(corpus, "last of all", 5, priority=-1)
    assert orders(person(corpus), 9) == [4, 3, 2, 1, 0, 5]


def test_a_closed_batch_gives_nothing_out() -> None:
    corpus = corpus_with_work(dialogues=0)
    batch(corpus, "closed", 1, closed_at=NOW)
    assert orders(person(corpus)) == []


def test_a_batch_for_named_people_is_only_for_them() -> None:
    corpus = corpus_with_work(dialogues=0)
    one, other = person(corpus), person(corpus)
    batch(corpus, "named", 1, given=Batch.Given.NAMED, people=[one])
    assert (orders(other), orders(one)) == ([], [1])


def test_a_reserved_slot_goes_to_no_one_else() -> None:
    corpus = corpus_with_work(dialogues=0)
    one, other = person(corpus), person(corpus)
    batch(corpus, "shared", 1, given=Batch.Given.SHARED, people=[one, other])
    Slot.objects.update(rater=one)
    assert (orders(other), orders(one)) == ([], [1])


def test_a_retest_returns_a_dialogue_that_the_person_has_done() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1)
    rater = person(corpus)
    assert orders(rater) == [0]
    again = BatchFactory(
        corpus=corpus, is_automatic=False, name="again", purpose=Purpose.RETEST, given=Batch.Given.SHARED
    )
    again.people.add(rater)
    SlotFactory(batch=again, dialogue=Dialogue.objects.get(), purpose=Purpose.RETEST, rater=rater)
    assert orders(rater) == [0]
    assert list(Assignment.objects.order_by("pk").values_list("purpose", flat=True)) == ["main", "retest"]


@pytest.mark.parametrize("known", [Purpose.GOLD, Purpose.TRAINING, Purpose.TEST])
def test_a_person_with_known_answers_gets_no_main_work_on_the_dialogue(known: str) -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0)
    rater = person(corpus)
    AssignmentFactory(
        rater=rater,
        dialogue=Dialogue.objects.get(order=0),
        purpose=known,
        codebook=corpus.codebook,
        state="done",
        ended_at=NOW,
    )
    assert orders(rater) == [1]


def test_gold_is_mixed_in_at_random_and_only_with_main_work(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0)
    batch(corpus, "gold", 5, purpose=Purpose.GOLD, percent=10)
    is_turn = [False]
    monkeypatch.setattr("annotator.domain.allocation.slots.is_turn", lambda **_given: is_turn[0])
    rater = person(corpus)
    assert orders(rater) == [0]
    is_turn[0] = True
    assert orders(rater) == [5]


def test_other_mixed_in_batches_come_when_nothing_else_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0)
    batch(corpus, "again", 5, purpose=Purpose.RELABEL, percent=10)
    monkeypatch.setattr("annotator.domain.allocation.slots.is_turn", lambda **_given: False)
    assert orders(person(corpus)) == [0, 5]


def test_a_paused_person_gets_nothing_new_and_may_finish_open_work() -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0)
    rater = person(corpus)
    first = claim(rater=rater, now=NOW)
    assert first
    assert rater.membership
    rater.membership.paused_at = NOW
    rater.membership.save()
    assert claim(rater=rater, now=NOW) == first
    finish(assignment=first, token=first.token, now=NOW)
    with pytest.raises(Refused) as refused:
        claim(rater=rater, now=NOW)
    assert refused.value.code == "annotator.paused"


def test_a_slot_has_the_state_of_its_assignment() -> None:
    corpus = corpus_with_work(dialogues=1, utterances=0, k=1)
    assignment = claim(rater=person(corpus), now=NOW)
    assert assignment
    states = [Slot.objects.get().state]
    finish(assignment=assignment, token=assignment.token, now=NOW)
    states.append(Slot.objects.get().state)
    send_back(assignment=assignment, comment="the second turn", now=NOW)
    states.append(Slot.objects.get().state)
    release(assignment=assignment, now=NOW)
    states.append(Slot.objects.get().state)
    assert states == ["held", "done", "held", "free"]


def test_a_dialogue_sent_back_comes_before_new_ones() -> None:
    corpus = corpus_with_work(dialogues=2, utterances=0, k=1)
    rater = person(corpus)
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    finish(assignment=assignment, token=assignment.token, now=NOW)
    send_back(assignment=assignment, comment=" the second turn ", now=NOW)
    again = claim(rater=rater, now=LATER)
    assert again == assignment
    assert again
    assert again.comment == "the second turn"


@pytest.mark.parametrize(("state", "comment", "code"), [("open", "why", "not_done"), ("done", " ", "no_comment")])
def test_only_finished_work_is_sent_back_and_only_with_a_comment(state: str, comment: str, code: str) -> None:
    assignment = AssignmentFactory(state=state, ended_at=NOW if state == "done" else None)
    with pytest.raises(Refused) as refused:
        send_back(assignment=assignment, comment=comment, now=NOW)
    assert refused.value.code == f"annotator.{code}"


def test_a_slot_released_behind_a_bookmark_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.domain.allocation.slots.LAG", 1)
    corpus = corpus_with_work(dialogues=8, utterances=0, k=1)
    slow, quick, other = person(corpus), person(corpus), person(corpus)
    held = claim(rater=slow, now=NOW)
    assert held
    assert orders(quick, 5) == [1, 2, 3, 4, 5]
    assert orders(other, 1) == [6]
    assert Bookmark.objects.get(rater=quick).rank > 2
    release(assignment=held, now=NOW)
    assert Bookmark.objects.get(rater=quick).rank == 0
    assert orders(quick, 2) == [0, 7]


def test_a_claim_without_result_does_not_read_every_slot() -> None:
    corpus = corpus_with_work(dialogues=30, utterances=0, k=2)
    rater = person(corpus)
    assert len(orders(rater, 31)) == 30
    claim(rater=rater, now=NOW)
    with CaptureQueriesContext(connection) as captured:
        assert claim(rater=rater, now=NOW) is None
    assert not [each for each in captured.captured_queries if 'FROM "annotator_slot" WHERE (NOT' in each["sql"]]
    assert Bookmark.objects.get().rank == Batch.objects.get().dealt == 30
    assert orders(person(corpus), 31) == list(range(30))


@pytest.mark.parametrize("done", [0, 40])
def test_the_queries_of_a_claim_do_not_grow_with_finished_work(django_assert_max_num_queries: Any, done: int) -> None:
    corpus = corpus_with_work(dialogues=60, utterances=0)
    rater = person(corpus)
    orders(rater, done + 1)
    with django_assert_max_num_queries(9):  # two of them the savepoint, two the guideline
        assert claim(rater=rater, now=NOW)


@pytest.mark.parametrize("state", [Dialogue.State.EXCLUDED, Dialogue.State.DRAFT])
def test_an_excluded_dialogue_is_not_given_out_until_it_is_ready_again(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.domain.allocation.slots.LAG", 0)
    corpus = corpus_with_work(dialogues=3, utterances=0, k=2)
    claim(rater=person(corpus), now=NOW)
    Dialogue.objects.filter(order=1).update(state=state, ready_at=None if state == "draft" else NOW)
    rater = person(corpus)
    assert (orders(rater), orders(rater)) == ([0, 2], [])
    Dialogue.objects.filter(order=1).update(state=Dialogue.State.READY, ready_at=NOW)
    assert orders(rater) == [1]
