from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.late_work import (
    apply_late_work,
    assignments_with_late_work,
    current_answers,
    discard_late_work,
)
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment, LateOperation, Slot
from common.models import User
from corpus.models import Annotation, Corpus, Revision, Utterance
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)


@pytest.fixture
def manager() -> User:
    user: User = UserFactory()
    return user


def send(assignment: Assignment, *orders: int, **more: Any) -> None:
    assert assignment.rater.membership
    utterances = {each.order: each.public_id for each in assignment.dialogue.utterances.all()}
    operations = [Operation(id=uuid4(), kind="commit", utterance=utterances[n], answers=GLAD, **more) for n in orders]
    author = assignment.rater.membership.user
    apply_operations(assignment=assignment, token=assignment.token, author=author, operations=operations, now=NOW)


@pytest.fixture
def late() -> Assignment:
    """An answer to the second of two utterances, sent after the manager released the dialogue."""
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(utterances=2, k=1)), now=NOW)
    assert assignment
    send(assignment, 1)
    release(assignment=assignment, now=NOW)
    send(assignment, 2)
    return assignment


def corpus_of(assignment: Assignment) -> Corpus:
    return assignment.rater.corpus


def test_late_work_on_an_edited_utterance_stays_late_work(late: Assignment, manager: User) -> None:
    send(late, 2, version=1)
    utterance = late.dialogue.utterances.get(order=2)
    Utterance.objects.filter(pk=utterance.pk).update(version=2)
    first, second = apply_late_work(assignment=late, settled_by=manager, now=NOW)
    assert first.status == "applied"  # sent without a version
    assert second.refusal
    assert second.refusal.code == "annotator.utterance_changed"
    assert list(LateOperation.objects.order_by("pk").values_list("state", flat=True)) == ["applied", "waiting"]


def test_late_work_is_applied_to_a_free_slot(late: Assignment, manager: User) -> None:
    acks = apply_late_work(assignment=late, settled_by=manager, now=NOW)
    late.refresh_from_db()
    assert ([ack.status for ack in acks], late.state, Slot.objects.get().state) == (["applied"], "done", "done")
    assert Annotation.objects.filter(answers__isnull=False).count() == 2
    revision = Revision.objects.latest("pk")
    assert late.rater.membership
    assert revision.author == late.rater.membership.user
    late_operation = LateOperation.objects.get()
    assert (late_operation.state, late_operation.settled_by) == ("applied", manager)
    assert not assignments_with_late_work(corpus=corpus_of(late)).exists()
    assert assignments_with_late_work(corpus=corpus_of(late), settled=True).get() == late
    with refused("late_work.nothing"):
        apply_late_work(assignment=late, settled_by=manager, now=NOW)


def test_an_incomplete_assignment_is_open_again(manager: User) -> None:
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(utterances=2, k=1)), now=NOW)
    assert assignment
    release(assignment=assignment, now=NOW)
    send(assignment, 2)
    apply_late_work(assignment=assignment, settled_by=manager, now=NOW)
    assert claim(rater=assignment.rater, now=NOW + timedelta(minutes=1)) == assignment


def test_late_work_never_adds_a_judgement_beyond_k(late: Assignment, manager: User) -> None:
    other = claim(rater=RaterFactory(corpus=corpus_of(late)), now=NOW)
    with refused("late_work.no_slot"):
        apply_late_work(assignment=late, settled_by=manager, now=NOW)
    assert (LateOperation.objects.get().state, Revision.objects.count()) == ("waiting", 1)
    assert other
    send(other, 1, 2)
    finish(assignment=other, token=other.token, now=NOW)
    assert Assignment.objects.filter(state="done").count() == 1


def test_discarded_work_stays_with_the_reason(late: Assignment, manager: User) -> None:
    with refused("late_work.no_reason"):
        discard_late_work(assignment=late, reason=" ", settled_by=manager, now=NOW)
    assert discard_late_work(assignment=late, reason="labelled again", settled_by=manager, now=NOW) == 1
    late_operation = LateOperation.objects.get()
    assert (late_operation.state, late_operation.reason, late_operation.payload["answers"]) == (
        "discarded",
        "labelled again",
        GLAD,
    )
    with refused("late_work.nothing"):
        discard_late_work(assignment=late, reason="again", settled_by=manager, now=NOW)


def test_an_applied_operation_is_repeated_when_it_is_sent_again(late: Assignment, manager: User) -> None:
    apply_late_work(assignment=late, settled_by=manager, now=NOW)
    late.refresh_from_db()
    late_operation = LateOperation.objects.get()
    again = Operation(
        id=late_operation.operation, kind="commit", utterance=late.dialogue.utterances.get(order=2).public_id
    )
    assert late.rater.membership
    author = late.rater.membership.user
    acks = apply_operations(assignment=late, token=1, author=author, operations=[again], now=NOW)
    assert [ack.status for ack in acks] == ["repeated"]


def test_the_manager_sees_the_current_answers(late: Assignment) -> None:
    first = late.dialogue.utterances.get(order=1)
    assert current_answers(late) == {str(first.public_id): GLAD}
    row = assignments_with_late_work(corpus=corpus_of(late)).get()
    assert (row.waiting, row.pieces) == (1, 1)  # type: ignore[attr-defined]


def test_an_undo_stored_by_an_earlier_version_is_applied(late: Assignment, manager: User) -> None:
    stored = LateOperation.objects.get()
    undo = {"kind": "undo", "undoes": stored.payload["id"], "answers": None, "opened": None, "version": None}
    payload = stored.payload | undo | {"id": str(uuid4())}
    LateOperation.objects.create(assignment=late, operation=payload["id"], token=stored.token, payload=payload)
    acks = apply_late_work(assignment=late, settled_by=manager, now=NOW)
    assert [ack.status for ack in acks] == ["applied", "applied"]
    assert Annotation.objects.filter(answers__isnull=False).count() == 1
