from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import Operation, OperationResult, apply_operations
from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.models import Assignment
from corpus.models import Annotation, Utterance
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()


def send(assignment: Assignment, kind: Any = "commit", order: int = 1, **more: Any) -> OperationResult:
    assert assignment.rater.membership
    utterance = assignment.dialogue.utterances.get(order=order).public_id
    operation = Operation(id=uuid4(), kind=kind, utterance=utterance, **({"answers": answered()} | more))
    [ack] = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=[operation],
        now=NOW,
    )
    return ack


def edit(utterance: Utterance, **new: Any) -> int:
    assert utterance.speaker
    now = {"text": utterance.text, "speaker": utterance.speaker.name}
    times = {"start_ms": utterance.start_ms, "end_ms": utterance.end_ms}
    return edit_utterance(utterance=utterance, edited_by=UserFactory(), now=NOW, **(now | times | new))


def finished_dialogue() -> Assignment:
    """A finished dialogue of two utterances."""
    corpus = corpus_with_work(utterances=2)
    assignment = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert assignment
    for order in (1, 2):
        send(assignment, order=order)
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return assignment


@pytest.fixture
def finished() -> Any:
    return finished_dialogue()


def test_an_edit_reopens_a_finished_dialogue_for_affected_annotators(finished: Assignment) -> None:
    utterance = finished.dialogue.utterances.get(order=2)
    was = utterance.text
    assert edit(utterance, text="现在是这样") == 1
    again = claim(rater=finished.rater, now=NOW)
    assert again == finished
    assert again.state == Assignment.State.OPEN
    work = open_assignment(assignment=again)
    assert work.changed == {utterance.public_id: {"text": was}}
    assert [(past.answers, past.undo) for past in work.history] == [
        (answered(), False),
        (answered(), False),
        (None, False),
    ]
    with refused("annotator.unfinished"):
        finish(assignment=again, token=again.token, now=NOW)
    assert send(again, order=2).status == "applied"
    assert open_assignment(assignment=again).changed == {}
    finish(assignment=again, token=again.token, now=NOW)


def test_several_edits_show_the_values_that_were_answered(finished: Assignment) -> None:
    utterance = finished.dialogue.utterances.get(order=2)
    was, start = utterance.text, utterance.start_ms
    edit(utterance, text="once")
    utterance.refresh_from_db()
    assert start
    edit(utterance, text="twice", start_ms=start - 40)
    assert open_assignment(assignment=finished).changed == {utterance.public_id: {"text": was, "start_ms": start}}


def test_annotators_who_have_not_answered_are_not_affected(finished: Assignment) -> None:
    other = claim(rater=RaterFactory(corpus=finished.rater.corpus), now=NOW)
    assert other
    send(other, order=1)
    edit(finished.dialogue.utterances.get(order=2), text="x")
    other.refresh_from_db()
    assert other.state == Assignment.State.OPEN
    assert Annotation.objects.get(rater=other.rater).answers == answered()
    assert open_assignment(assignment=other).changed == {}


def test_an_edit_without_changes_reopens_nothing(finished: Assignment) -> None:
    assert edit(finished.dialogue.utterances.get(order=2)) == 0
    finished.refresh_from_db()
    assert finished.state == Assignment.State.DONE


def test_a_released_assignment_stays_released(finished: Assignment) -> None:
    other = claim(rater=RaterFactory(corpus=finished.rater.corpus), now=NOW)
    assert other
    send(other, order=2)
    release(assignment=other, now=NOW)
    edit(finished.dialogue.utterances.get(order=2), text="x")
    other.refresh_from_db()
    assert other.state == Assignment.State.RELEASED


def test_an_undo_does_not_restore_answers_to_an_earlier_version(finished: Assignment) -> None:
    commit = open_assignment(assignment=finished).history[1].operation
    edit(finished.dialogue.utterances.get(order=2), text="x")
    refusal = send(finished, "undo", order=2, answers={}, undoes=commit).refusal
    assert refusal
    assert refusal.code == "annotator.changed_since"
    assert Annotation.objects.get(utterance__order=2).answers is None


def test_an_undo_of_the_new_answers_leaves_the_utterance_open(finished: Assignment) -> None:
    edit(finished.dialogue.utterances.get(order=2), text="x")
    new = send(finished, order=2)
    assert send(finished, "undo", order=2, answers={}, undoes=new.id).status == "applied"
    assert Annotation.objects.get(utterance__order=2).answers is None
