from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from agreement.judgements.selection import countable
from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE
from annotator.domain.allocation.work_plans import set_absence
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.manager.hand_over import HandOver, OpenWork, hand_over, open_work
from annotator.models import Assignment, Batch, ClosedDialogue, LateOperation, Slot
from corpus.models import Annotation, Corpus, Rater
from tests.annotator.domain.labelling.test_utterance_edits import send
from tests.annotator.material import answered, corpus_with_work
from tests.factories import BatchFactory, DialogueFactory, RaterFactory, SlotFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def corpus() -> Any:
    return corpus_with_work(dialogues=2, utterances=2, k=2)


@pytest.fixture
def rater(corpus: Corpus) -> Any:
    return RaterFactory(corpus=corpus)


@pytest.fixture
def held(rater: Rater) -> Any:
    """An open dialogue with one of two answers."""
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    send(assignment)
    return assignment


def shared(corpus: Corpus, *people: Rater) -> Batch:
    """A batch with a slot reserved for the first person in each of three dialogues."""
    batch: Batch = BatchFactory(corpus=corpus, is_automatic=False, name="shared", k=1, given="shared", dealt=3)
    batch.people.set(people)
    for rank in range(3):
        dialogue = DialogueFactory(corpus=corpus, order=10 + rank, is_dealt=True)
        SlotFactory(batch=batch, dialogue=dialogue, rank=rank, rater=people[0])
    return batch


def test_a_named_person_gets_the_open_dialogue_next(corpus: Corpus, rater: Rater, held: Assignment) -> None:
    other = RaterFactory(corpus=corpus)
    assert open_work(rater=rater) == OpenWork(dialogues=1, answered=1, personal=0, reserved=0)
    assert hand_over(rater=rater, to=[other], now=NOW) == HandOver(given=1, freed=0, reserved=0, left=0)
    taken = claim(rater=other, now=NOW)
    assert taken
    assert (taken.slot_id, taken.token) == (held.slot_id, held.token + 1)
    held.refresh_from_db()
    assert held.state == "released"
    assert open_work(rater=rater) == OpenWork(dialogues=0, answered=0, personal=0, reserved=0)


def test_answers_stay_with_the_first_person_and_what_still_arrives_is_late_work(
    corpus: Corpus, rater: Rater, held: Assignment
) -> None:
    other = RaterFactory(corpus=corpus)
    hand_over(rater=rater, to=[other], now=NOW)
    late = Operation(
        id=uuid4(), kind="commit", utterance=held.dialogue.utterances.get(order=2).public_id, answers=answered()
    )
    assert held.rater.membership
    apply_operations(assignment=held, token=held.token, author=held.rater.membership.user, operations=[late], now=NOW)
    assert LateOperation.objects.count() == 1
    assert Annotation.objects.get().rater == rater
    taken = claim(rater=other, now=NOW)
    assert taken
    for order in (1, 2):
        send(taken, order=order)
    finish(assignment=taken, token=taken.token, now=NOW)
    assert set(countable(corpus.raters.all()).values_list("rater", flat=True)) == {other.pk}
    assert Slot.objects.filter(dialogue=held.dialogue).count() == 2
    assert claim(rater=rater, now=NOW).dialogue != held.dialogue  # type: ignore[union-attr]


def test_without_named_people_the_slot_is_free_for_everyone_at_once(
    corpus: Corpus, rater: Rater, held: Assignment
) -> None:
    assert hand_over(rater=rater, to=[], now=NOW) == HandOver(given=0, freed=1, reserved=0, left=0)
    assert Slot.objects.get(pk=held.slot_id).state == "free"


def test_nobody_gets_a_dialogue_twice_or_one_that_is_closed_to_them(
    corpus: Corpus, rater: Rater, held: Assignment
) -> None:
    had, saw = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    assert claim(rater=had, now=NOW).dialogue == held.dialogue  # type: ignore[union-attr]
    ClosedDialogue.objects.create(rater=saw, dialogue=held.dialogue)
    assert hand_over(rater=rater, to=[had, saw], now=NOW) == HandOver(given=0, freed=1, reserved=0, left=0)


def test_those_with_the_least_open_work_come_first(corpus: Corpus, rater: Rater, held: Assignment) -> None:
    busy, idle = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    other = corpus.dialogues.exclude(pk=held.dialogue_id).get()
    slot = Slot.objects.filter(dialogue=other).first() or SlotFactory(dialogue=other)
    Slot.objects.filter(pk=slot.pk).update(state="held", token=1)
    Assignment.objects.create(
        slot=slot, dialogue=other, rater=busy, codebook=held.codebook, token=1, lease_until=NOW + LEASE
    )
    hand_over(rater=rater, to=[busy, idle], now=NOW)
    assert Assignment.objects.get(dialogue=held.dialogue, state="open").rater == idle


def test_reserved_slots_go_to_named_people_or_to_the_others_of_the_batch(corpus: Corpus, rater: Rater) -> None:
    colleague, named = RaterFactory(corpus=corpus), RaterFactory(corpus=corpus)
    batch = shared(corpus, rater, colleague)
    assert open_work(rater=rater) == OpenWork(dialogues=0, answered=0, personal=0, reserved=3)
    assert hand_over(rater=rater, to=[], now=NOW) == HandOver(given=0, freed=0, reserved=3, left=0)
    assert set(batch.slots.values_list("rater", flat=True)) == {colleague.pk}
    hand_over(rater=colleague, to=[named], now=NOW)
    assert set(batch.slots.values_list("rater", flat=True)) == {named.pk}
    assert claim(rater=named, now=NOW).slot.batch == batch  # type: ignore[union-attr]


def test_an_open_dialogue_of_a_shared_batch_is_reserved_for_somebody_else(corpus: Corpus, rater: Rater) -> None:
    colleague = RaterFactory(corpus=corpus)
    batch = shared(corpus, rater, colleague)
    assert claim(rater=rater, now=NOW).slot.batch == batch  # type: ignore[union-attr]
    assert hand_over(rater=rater, to=[], now=NOW) == HandOver(given=0, freed=0, reserved=3, left=0)
    assert set(batch.slots.values_list("rater", "state")) == {(colleague.pk, "free")}


def test_slots_that_nobody_can_take_stay_and_are_counted(corpus: Corpus, rater: Rater) -> None:
    shared(corpus, rater)
    assert hand_over(rater=rater, to=[], now=NOW) == HandOver(given=0, freed=0, reserved=0, left=3)


def test_retests_and_calibration_stay_with_the_person(corpus: Corpus, rater: Rater, held: Assignment) -> None:
    Assignment.objects.update(purpose="gold")
    assert open_work(rater=rater).personal == 1
    with refused("hand_over.nothing"):
        hand_over(rater=rater, to=[], now=NOW)


def test_people_who_cannot_get_work_are_refused(corpus: Corpus, rater: Rater, held: Assignment) -> None:
    absent = RaterFactory(corpus=corpus)
    today = timezone.localdate()
    set_absence(rater=absent, first=today, last=today + timedelta(days=1), today=today)
    for people in ([absent], [rater], [RaterFactory()]):
        with refused("hand_over.nobody"):
            hand_over(rater=rater, to=people, now=NOW)
    assert Assignment.objects.get().state == "open"


def test_hidden_gold_is_released_with_the_rest(corpus: Corpus, rater: Rater, held: Assignment) -> None:
    gold = SlotFactory(dialogue=DialogueFactory(corpus=corpus), purpose="gold", rater=rater, batch=None, state="held")
    Assignment.objects.create(
        slot=gold,
        dialogue=gold.dialogue,
        rater=rater,
        codebook=held.codebook,
        purpose="gold",
        token=1,
        lease_until=NOW + LEASE,
    )
    hand_over(rater=rater, to=[], now=NOW)
    assert set(Assignment.objects.values_list("state", flat=True)) == {"released"}
