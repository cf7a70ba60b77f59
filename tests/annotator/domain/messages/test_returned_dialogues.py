from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.messages.inbox import inbox
from annotator.domain.messages.returned_dialogues import return_dialogue, returns_of, settle_return
from annotator.models import Assignment, Return, Slot
from corpus.models import Corpus, Dialogue, Rater
from tests.annotator.material import answered, corpus_with_work
from tests.annotator.sent_messages import claimed
from tests.factories import AnnotationFactory, RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def give_back(assignment: Assignment, **more: Any) -> Return:
    given: dict[str, Any] = {"public_id": uuid4(), "token": assignment.token, "reason": "broken_media", "now": NOW}
    return return_dialogue(assignment=assignment, **(given | more))


def settle(returned: Return, act: Any, **more: Any) -> Return:
    settle_return(returned=returned, act=act, settled_by=UserFactory(), now=NOW, **more)
    returned.refresh_from_db()
    return returned


def next_for(rater: Rater) -> Assignment | None:
    return claim(rater=rater, now=NOW)


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=2, k=1)


def test_the_slot_is_free_for_others_and_the_annotator_gets_the_next_dialogue(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    returned = give_back(assignment, comment=" 没有声音 ")
    assert (returned.reason, returned.comment, returned.state) == ("broken_media", "没有声音", "open")
    assignment.refresh_from_db()
    assert assignment.state == Assignment.State.RELEASED
    following = next_for(assignment.rater)
    assert following
    assert following.dialogue != assignment.dialogue
    assert next_for(RaterFactory(corpus=corpus)).dialogue == assignment.dialogue  # type: ignore[union-attr]
    assert inbox(corpus).returned == 1


def test_sent_twice_it_is_returned_once(corpus: Corpus) -> None:
    assignment, known = claimed(corpus), uuid4()
    first = give_back(assignment, public_id=known)
    other = claimed(corpus)
    assert give_back(assignment, public_id=known) == first
    assert give_back(assignment) == first  # a second tab
    other.refresh_from_db()
    assert (other.state, Return.objects.count()) == (Assignment.State.OPEN, 1)
    with refused("annotator.id_taken"):
        give_back(other, public_id=known)


def test_the_policy_may_exclude_a_returned_dialogue() -> None:
    corpus = corpus_with_work(k=1, returned="manager")
    assignment = claimed(corpus)
    returned = give_back(assignment)
    other = RaterFactory(corpus=corpus)
    assert next_for(other) is None
    settle(returned, "give_out")
    assert next_for(other).dialogue == assignment.dialogue  # type: ignore[union-attr]


def test_a_reason_is_stored_after_the_dialogue_was_released(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    release(assignment=assignment, now=NOW)
    other = claimed(corpus)
    give_back(assignment)
    other.refresh_from_db()
    assert (other.state, Return.objects.get().state) == (Assignment.State.OPEN, "open")


def test_a_finished_dialogue_is_not_returned(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    utterance = assignment.dialogue.utterances.get()
    AnnotationFactory(rater=assignment.rater, utterance=utterance, answers=answered())
    finish(assignment=assignment, token=assignment.token, now=NOW)
    with refused("return.handed_in"):
        give_back(assignment)
    with refused("return.unknown_reason"):
        give_back(claimed(corpus), reason="boring")
    assert not Return.objects.exists()


def test_a_dialogue_may_go_back_to_its_annotator_with_a_reply(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    old_token = assignment.token
    settled = settle(give_back(assignment), "give_back", reply="已修好")
    again = next_for(assignment.rater)
    assert again == assignment
    assert (again.comment, again.token) == ("已修好", old_token + 1)
    assert (settled.state, Slot.objects.get(pk=again.slot_id).state) == ("given_out", "held")
    assert give_back(again) != settled  # and may be returned again


def test_a_dialogue_cannot_go_back_if_the_slot_is_taken(corpus: Corpus) -> None:
    returned = give_back(claimed(corpus))
    claimed(corpus)
    with refused("return.slot_taken"):
        settle(returned, "give_back")
    returned.refresh_from_db()
    assert returned.state == "open"


def test_an_excluded_dialogue_is_not_given_out_until_it_is_included(corpus: Corpus) -> None:
    Dialogue.objects.filter(corpus=corpus, order=1).delete()
    returned = settle(give_back(claimed(corpus)), "exclude")
    assert (returned.state, corpus.dialogues.get().state) == ("excluded", "excluded")
    other = RaterFactory(corpus=corpus)
    assert next_for(other) is None
    with refused("return.settled"):
        settle(returned, "exclude")
    settle(returned, "give_out")
    assert next_for(other)
    with refused("return.settled"):
        settle(returned, "give_out")


def test_a_dialogue_returned_to_draft_is_released_by_everyone(corpus: Corpus) -> None:
    returned = give_back(claimed(corpus))
    other = claimed(corpus)
    assert other.dialogue == returned.assignment.dialogue
    settle(returned, "back_to_draft")
    other.refresh_from_db()
    other.dialogue.refresh_from_db()
    assert (other.state, other.dialogue.state) == (Assignment.State.RELEASED, Dialogue.State.DRAFT)


def test_an_answered_dialogue_stays_ready(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    AnnotationFactory(rater=assignment.rater, utterance=assignment.dialogue.utterances.get(), answers=answered())
    returned = give_back(assignment)
    with refused("dialogue.labelled"):
        settle(returned, "back_to_draft")
    returned.refresh_from_db()
    assert returned.state == "open"


def test_one_decision_settles_all_returns_of_a_dialogue() -> None:
    corpus = corpus_with_work(k=2)
    first, second = give_back(claimed(corpus)), give_back(claimed(corpus))
    assert list(returns_of(corpus=corpus, state="open")) == [first, second]
    settle(first, "exclude")
    assert set(returns_of(corpus=corpus, state="excluded")) == {first, second}
    assert inbox(corpus).returned == 0
