from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE
from annotator.domain.labelling.operations import Operation, OperationResult, apply_operations
from annotator.models import Assignment, LateOperation
from corpus.models import Annotation, Dialogue, Revision, Utterance
from tests.annotator.material import answered, corpus_with_work
from tests.factories import EpisodeFactory, RaterFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)


@pytest.fixture
def assignment() -> Assignment:
    claimed = claim(rater=RaterFactory(corpus=corpus_with_work(utterances=2)), now=NOW)
    assert claimed
    return claimed


def send(assignment: Assignment, *operations: Operation, token: int | None = None) -> list[OperationResult]:
    assert assignment.rater.membership
    return apply_operations(
        assignment=assignment,
        token=assignment.token if token is None else token,
        author=assignment.rater.membership.user,
        operations=operations,
        now=NOW,
    )


def statuses(acks: list[OperationResult]) -> list[str]:
    return [ack.refusal.code if ack.refusal else ack.status for ack in acks]


def utterance(assignment: Assignment, order: int = 1) -> Utterance:
    return assignment.dialogue.utterances.get(order=order)


def commit(assignment: Assignment, answers: dict[str, Any] | None = None, order: int = 1, **more: Any) -> Operation:
    given = answered() if answers is None else answers
    return Operation(id=uuid4(), kind="commit", utterance=utterance(assignment, order).public_id, answers=given, **more)


def undo(assignment: Assignment, undoes: UUID | None, order: int = 1) -> Operation:
    return Operation(id=uuid4(), kind="undo", utterance=utterance(assignment, order).public_id, undoes=undoes)


def current(assignment: Assignment, order: int = 1) -> dict[str, Any] | None:
    answers: dict[str, Any] | None = Annotation.objects.get(utterance=utterance(assignment, order)).answers
    return answers


def test_a_commit_is_a_revision_with_all_its_details(assignment: Assignment) -> None:
    operation = commit(assignment, GLAD, active_ms=2100, played_ms=900)
    assert statuses(send(assignment, operation)) == ["applied"]
    assert current(assignment) == GLAD
    revision = Revision.objects.get()
    assert (revision.number, revision.cause, revision.operation) == (1, "commit", operation.id)
    assert (revision.active_ms, revision.played_ms) == (2100, 900)
    assert (revision.assignment, revision.codebook) == (assignment.public_id, assignment.codebook)
    assert assignment.rater.membership
    assert revision.author == assignment.rater.membership.user


@pytest.mark.parametrize(
    ("allowed", "status"),
    [
        ("off", "annotator.shortcut_off"),
        ("same_as_previous", "annotator.shortcut_off"),
        ("all_default", "applied"),
        ("both", "applied"),
    ],
)
def test_a_shortcut_must_be_allowed_by_the_policy(allowed: str, status: str) -> None:
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(shortcuts=allowed)), now=NOW)
    assert assignment
    assert statuses(send(assignment, commit(assignment, shortcut="all_default", opened=2))) == [status]
    kept = [("all_default", 2)] if status == "applied" else []
    assert list(Revision.objects.values_list("shortcut", "opened")) == kept


@pytest.mark.parametrize(
    ("clip", "played_ms", "status"),
    [
        ("all", 0, "annotator.shortcut_unheard"),
        ("all", 1, "applied"),
        ("no times", 0, "applied"),
        ("no recording", 0, "applied"),
        ("no dialogue", 0, "applied"),
    ],
)
def test_a_shortcut_requires_playback_of_an_existing_clip(clip: str, played_ms: int, status: str) -> None:
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(shortcuts="both")), now=NOW)
    assert assignment
    if clip != "no dialogue":
        more = {"playable": None, "state": "new"} if clip == "no recording" else {}
        Dialogue.objects.update(episode=EpisodeFactory(series=assignment.dialogue.series, **more))
    if clip == "no times":
        Utterance.objects.update(start_ms=None, end_ms=None)
    operation = commit(assignment, shortcut="all_default", played_ms=played_ms)
    assert statuses(send(assignment, operation)) == [status]
    assert statuses(send(assignment, commit(assignment, GLAD))) == ["applied"], "key by key nothing is asked"


def test_a_shortcut_applied_before_there_was_a_clip_stays_applied() -> None:
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(shortcuts="both")), now=NOW)
    assert assignment
    operation = commit(assignment, shortcut="all_default")
    assert statuses(send(assignment, operation)) == ["applied"]
    Dialogue.objects.update(episode=EpisodeFactory(series=assignment.dialogue.series))
    assert statuses(send(assignment, operation)) == ["repeated"]


def test_an_undo_restores_the_shortcut_with_its_answers() -> None:
    assignment = claim(rater=RaterFactory(corpus=corpus_with_work(shortcuts="both")), now=NOW)
    assert assignment
    second = commit(assignment, GLAD)
    send(assignment, commit(assignment, shortcut="all_default"), second, undo(assignment, second.id))
    assert list(Revision.objects.order_by("pk").values_list("shortcut", flat=True)) == [
        "all_default",
        "",
        "all_default",
    ]


def test_the_same_operation_again_changes_nothing(assignment: Assignment) -> None:
    first, second = commit(assignment), commit(assignment, GLAD)
    assert statuses(send(assignment, first, second)) == ["applied", "applied"]
    assert statuses(send(assignment, first)) == ["repeated"]
    assert statuses(send(assignment, second, second)) == ["repeated", "repeated"]
    assert current(assignment) == GLAD
    assert Revision.objects.count() == 2


def test_an_operation_twice_in_one_message_is_applied_once(assignment: Assignment) -> None:
    operation = commit(assignment)
    assert statuses(send(assignment, operation, operation)) == ["applied", "repeated"]


def test_an_undo_is_a_revision_with_the_earlier_answers(assignment: Assignment) -> None:
    first, second = commit(assignment), commit(assignment, GLAD)
    send(assignment, first, second, undo(assignment, second.id))
    assert current(assignment) == answered()
    send(assignment, undo(assignment, first.id))
    assert current(assignment) is None
    assert list(Revision.objects.values_list("number", "cause")) == [
        (1, "commit"),
        (2, "commit"),
        (3, "undo"),
        (4, "undo"),
    ]


def test_an_undo_only_affects_this_utterance_of_this_person(assignment: Assignment) -> None:
    operation = commit(assignment, order=2)
    send(assignment, operation)
    wrong = [undo(assignment, operation.id, order=1), undo(assignment, uuid4()), undo(assignment, None)]
    assert statuses(send(assignment, *wrong)) == ["annotator.nothing_to_undo"] * 3
    other = claim(rater=RaterFactory(corpus=assignment.rater.corpus), now=NOW)
    assert other
    assert statuses(send(other, undo(other, operation.id, order=2))) == ["annotator.nothing_to_undo"]
    assert current(assignment, order=2) == answered()


def test_an_operation_that_the_codebook_refuses_does_not_affect_the_others(assignment: Assignment) -> None:
    wrong = [commit(assignment, {"sentiment": "positive"}), commit(assignment, {})]
    right = commit(assignment, order=2)
    assert statuses(send(assignment, *wrong, right)) == ["labels.unfit", "labels.unfit", "applied"]
    assert list(Annotation.objects.values_list("utterance__order", flat=True)) == [2]


def test_answers_to_another_version_are_refused_and_earlier_ones_stay(assignment: Assignment) -> None:
    first = commit(assignment, version=1)
    assert statuses(send(assignment, first, commit(assignment, GLAD, order=2))) == ["applied", "applied"]
    Utterance.objects.update(version=2)
    wrong = [commit(assignment, GLAD, version=1), commit(assignment, GLAD, version=3)]
    assert statuses(send(assignment, *wrong)) == ["annotator.utterance_changed"] * 2
    assert statuses(send(assignment, first)) == ["repeated"]
    assert current(assignment) == answered()
    right = [commit(assignment, GLAD, version=2), commit(assignment, GLAD, order=2)]
    assert statuses(send(assignment, *right, undo(assignment, right[1].id, order=2))) == ["applied"] * 3


def test_sending_the_version_costs_no_extra_query(assignment: Assignment, django_assert_num_queries: Any) -> None:
    first, second, third = commit(assignment), commit(assignment, GLAD), commit(assignment, version=1)
    send(assignment, first)  # fills the caches
    with CaptureQueriesContext(connection) as without:
        send(assignment, second)
    with django_assert_num_queries(len(without)):
        send(assignment, third)


def test_an_utterance_of_another_dialogue_is_refused(assignment: Assignment) -> None:
    foreign = Operation(id=uuid4(), kind="commit", utterance=UtteranceFactory().public_id, answers=answered())
    assert statuses(send(assignment, foreign)) == ["annotator.unknown_utterance"]


def test_a_save_renews_an_expired_lease(assignment: Assignment) -> None:
    Assignment.objects.update(lease_until=NOW - timedelta(hours=5))
    assert statuses(send(assignment, commit(assignment))) == ["applied"]
    assert Assignment.objects.get().lease_until == NOW + LEASE


def test_operations_under_a_superseded_token_become_late_work(assignment: Assignment) -> None:
    kept = commit(assignment)
    send(assignment, kept)
    release(assignment=assignment, now=NOW)
    late = [commit(assignment, GLAD), undo(assignment, kept.id)]
    assert statuses(send(assignment, *late)) == ["set_aside", "set_aside"]
    assert statuses(send(assignment, *late)) == ["set_aside", "set_aside"]
    assert current(assignment) == answered()
    assert list(LateOperation.objects.order_by("pk").values_list("operation", flat=True)) == [each.id for each in late]
    assert LateOperation.objects.get(operation=late[0].id).payload["answers"] == GLAD


def test_operations_under_an_unknown_token_become_late_work(assignment: Assignment) -> None:
    assert statuses(send(assignment, commit(assignment), token=99)) == ["set_aside"]
    assert Annotation.objects.count() == 0


def test_operations_applied_before_the_takeover_are_still_acknowledged(assignment: Assignment) -> None:
    operation = commit(assignment)
    send(assignment, operation)
    release(assignment=assignment, now=NOW)
    assert statuses(send(assignment, operation)) == ["repeated"]
    assert LateOperation.objects.count() == 0


def test_an_undo_reopens_a_finished_assignment(assignment: Assignment) -> None:
    operations = [commit(assignment), commit(assignment, order=2)]
    send(assignment, *operations)
    finish(assignment=assignment, token=assignment.token, now=NOW)
    assert statuses(send(assignment, operations[0])) == ["repeated"]
    assert Assignment.objects.get().state == Assignment.State.DONE
    send(assignment, undo(assignment, operations[1].id, order=2))
    assert Assignment.objects.get().state == Assignment.State.OPEN
