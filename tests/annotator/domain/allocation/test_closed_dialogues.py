import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, send_back
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.closed_dialogues import AHEAD, blind_dialogues, close_dialogues
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.domain.manager.roles import change_roles
from annotator.domain.messages.returned_dialogues import return_dialogue, settle_return
from annotator.models import AnswerSet, Assignment, CalibrationDialogue, ClosedDialogue, Slot
from corpus.models import Annotation, Corpus, Dialogue, Membership, Rater
from tests.annotator.material import answered, corpus_with_work
from tests.factories import MembershipFactory, RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
Role = Membership.Role


@pytest.fixture
def both() -> Membership:
    """A manager who also labels, in a corpus with three dialogues."""
    corpus = corpus_with_work(dialogues=3)
    Corpus.objects.filter(pk=corpus.pk).update(allows_several_roles=True)
    member: Membership = MembershipFactory(corpus=corpus, roles=[Role.MANAGER, Role.ANNOTATOR])
    RaterFactory(corpus=corpus, membership=member)
    return member


def dialogue(member: Membership, order: int) -> Any:
    return Dialogue.objects.filter(corpus=member.corpus, order=order)


def commit(assignment: Assignment, author: Any, **more: Any) -> str:
    operation = Operation(
        id=uuid4(), kind="commit", utterance=assignment.dialogue.utterances.get().public_id, answers=answered(**more)
    )
    [result] = apply_operations(
        assignment=assignment, token=assignment.token, author=author, operations=[operation], now=NOW
    )
    return result.status


def finished(rater: Rater) -> Assignment:
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    assert rater.membership
    assert commit(assignment, rater.membership.user) == "applied"
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return Assignment.objects.get(pk=assignment.pk)


def test_a_closed_dialogue_is_never_given_out_again(both: Membership) -> None:
    close_dialogues(membership=both, dialogues=dialogue(both, 0), now=NOW)
    assert [finished(both.rater).dialogue.order for _ in range(2)] == [1, 2]
    assert claim(rater=both.rater, now=NOW) is None


def test_a_closed_dialogue_with_an_expired_lease_is_not_taken_over(both: Membership) -> None:
    held = claim(rater=RaterFactory(corpus=both.corpus), now=NOW)
    assert held
    Slot.objects.exclude(pk=held.slot_id).delete()
    close_dialogues(membership=both, dialogues=dialogue(both, held.dialogue.order), now=NOW)
    later = NOW + timedelta(days=1)
    assert claim(rater=both.rater, now=later) is None or claim(rater=both.rater, now=later).dialogue != held.dialogue  # type: ignore[union-attr]
    other = claim(rater=RaterFactory(corpus=both.corpus), now=later)
    assert other is not None


def test_a_dialogue_in_hand_cannot_be_closed(both: Membership) -> None:
    assert claim(rater=both.rater, now=NOW)
    with refused("annotator.dialogue_held"):
        close_dialogues(membership=both, dialogues=dialogue(both, 0), now=NOW)
    assert not ClosedDialogue.objects.exists()


def test_the_database_refuses_to_close_a_dialogue_in_hand(both: Membership) -> None:
    held = claim(rater=both.rater, now=NOW)
    assert held
    with pytest.raises(DatabaseError, match="held"), transaction.atomic():
        ClosedDialogue.objects.create(rater=both.rater, dialogue=held.dialogue)


def test_the_database_refuses_an_open_assignment_of_a_closed_dialogue(both: Membership) -> None:
    done = finished(both.rater)
    ClosedDialogue.objects.create(rater=both.rater, dialogue=done.dialogue)
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        Assignment.objects.filter(pk=done.pk).update(state=Assignment.State.OPEN, ended_at=None)
    done.pk, done.public_id, done.purpose = None, uuid4(), "retest"
    done.state, done.ended_at, done.slot = Assignment.State.OPEN, None, Slot.objects.filter(state="free").first()  # type: ignore[assignment]
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        done.save(force_insert=True)


def test_work_on_a_closed_dialogue_is_neither_changed_nor_sent_back(both: Membership) -> None:
    done = finished(both.rater)
    close_dialogues(membership=both, dialogues=dialogue(both, 0), now=NOW)
    assert commit(done, both.user, sentiment="positive") == "refused"
    assert Annotation.objects.get().answers == answered()
    with refused("annotator.dialogue_closed"):
        send_back(assignment=done, comment="again", now=NOW)


def test_an_edit_of_a_closed_dialogue_frees_the_slot_for_somebody_else(both: Membership) -> None:
    done = finished(both.rater)
    close_dialogues(membership=both, dialogues=dialogue(both, 0), now=NOW)
    utterance = done.dialogue.utterances.get()
    assert utterance.speaker
    edit_utterance(
        utterance=utterance,
        text="另一句话",
        speaker=utterance.speaker.name,
        start_ms=utterance.start_ms,
        end_ms=utterance.end_ms,
        edited_by=UserFactory(),
        now=NOW,
    )
    done.refresh_from_db()
    assert (done.state, Slot.objects.get(pk=done.slot_id).state) == (Assignment.State.RELEASED, Slot.State.FREE)


def test_dialogues_stay_blind_until_they_are_finished_or_closed(both: Membership) -> None:
    finished(both.rater)
    close_dialogues(membership=both, dialogues=dialogue(both, 1), now=NOW)
    assert [each.order for each in blind_dialogues(membership=both)] == [2]
    assert not blind_dialogues(membership=MembershipFactory(corpus=both.corpus, role=Role.MANAGER)).exists()


def test_a_manager_who_becomes_an_annotator_does_not_get_what_they_saw(both: Membership) -> None:
    manager = MembershipFactory(corpus=both.corpus, role=Role.MANAGER)
    finished(RaterFactory(corpus=both.corpus))
    close_dialogues(membership=manager, dialogues=Dialogue.objects.all(), now=timezone.now())
    finished(RaterFactory(corpus=both.corpus))  # the same dialogue
    manager.refresh_from_db()
    annotator = change_roles(membership=manager, roles=[Role.ANNOTATOR], now=NOW)
    assert [each.order for each in blind_dialogues(membership=annotator)] == [1, 2]
    assert finished(annotator.rater).dialogue.order == 1


def test_the_pages_of_a_minute_write_once_that_a_manager_saw_answers(both: Membership) -> None:
    manager = MembershipFactory(corpus=both.corpus, role=Role.MANAGER)

    def see(moment: datetime) -> int:
        member = Membership.objects.get(pk=manager.pk)
        with CaptureQueriesContext(connection) as queries:
            close_dialogues(membership=member, dialogues=Dialogue.objects.all(), now=moment)
        member.refresh_from_db()
        assert member.saw_answers_at
        assert member.saw_answers_at >= moment
        return sum(each["sql"].startswith("UPDATE") for each in queries.captured_queries)

    assert [see(NOW), see(NOW + AHEAD), see(NOW + AHEAD + timedelta(seconds=1))] == [1, 0, 1]


def test_an_annotator_who_becomes_a_manager_gives_up_the_dialogue_in_hand(both: Membership) -> None:
    held = claim(rater=both.rater, now=NOW)
    assert held
    change_roles(membership=both, roles=[Role.MANAGER], now=NOW)
    held.refresh_from_db()
    assert held.state == Assignment.State.RELEASED
    assert claim(rater=RaterFactory(corpus=both.corpus), now=NOW).dialogue == held.dialogue  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_of_a_claim_and_an_opening_at_once_only_one_succeeds() -> None:
    corpus = corpus_with_work(dialogues=1)
    member = MembershipFactory(corpus=corpus, role=Role.ANNOTATOR)
    rater = RaterFactory(corpus=corpus, membership=member)
    for _ in range(10):
        start = threading.Barrier(2)

        def at_once(act: Any, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                act()
            except Exception:  # noqa: BLE001, S110 -- refused or locked; the rows below show the result
                pass
            finally:
                connection.close()

        threads = [
            threading.Thread(target=at_once, args=(act,))
            for act in (
                lambda: claim(rater=rater, now=NOW),
                lambda: close_dialogues(membership=member, dialogues=Dialogue.objects.all(), now=NOW),
            )
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = Assignment.objects.filter(rater=rater, state=Assignment.State.OPEN).count()
        assert held + ClosedDialogue.objects.filter(rater=rater).count() == 1
        Assignment.objects.all().delete()
        ClosedDialogue.objects.all().delete()
        Slot.objects.update(state=Slot.State.FREE)


def test_a_manager_who_becomes_an_annotator_gets_no_dialogue_with_accepted_answers(both: Membership) -> None:
    manager = MembershipFactory(corpus=both.corpus, role=Role.MANAGER)
    CalibrationDialogue.objects.create(dialogue=dialogue(both, 0).get(), use="gold")
    assert both.corpus.codebook
    AnswerSet.objects.create(
        utterance=dialogue(both, 1).get().utterances.get(),
        version=1,
        codebook=both.corpus.codebook,
        acceptable={},
        reasons={},
        origin="typed",
    )
    annotator = change_roles(membership=manager, roles=[Role.ANNOTATOR], now=NOW)
    assert [each.order for each in blind_dialogues(membership=annotator)] == [2]
    assert [each.order for each in blind_dialogues(membership=both)] == [0, 1, 2]
    MembershipFactory(corpus=both.corpus, role=Role.MANAGER)
    stopped = change_roles(membership=both, roles=[Role.ANNOTATOR], now=NOW)
    assert [each.order for each in blind_dialogues(membership=stopped)] == [2]


def test_a_dialogue_in_hand_stays_blind_when_it_is_excluded(both: Membership) -> None:
    held = claim(rater=both.rater, now=NOW)
    assert held
    dialogue(both, 0).update(state=Dialogue.State.EXCLUDED)
    assert held.dialogue in blind_dialogues(membership=both)


def test_a_returned_dialogue_that_was_closed_is_not_given_back(both: Membership) -> None:
    held = claim(rater=both.rater, now=NOW)
    assert held
    returned = return_dialogue(
        assignment=held, token=held.token, public_id=uuid4(), reason="cannot_watch", comment="", now=NOW
    )
    close_dialogues(membership=both, dialogues=dialogue(both, 0), now=NOW)
    with refused("annotator.dialogue_closed"):
        settle_return(returned=returned, act="give_back", settled_by=both.user, now=NOW)
