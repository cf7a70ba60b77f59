from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.domain.messages.flags import accept_flag, decline_flag, flags_of, neighbours, raise_flag, withdraw_flag
from annotator.domain.messages.inbox import Inbox, inbox
from annotator.models import Assignment, Flag
from common.models import Job
from corpus.models import UtteranceEdit
from tests.annotator.material import corpus_with_work
from tests.factories import EpisodeFactory, RaterFactory, UserFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def assignment() -> Any:
    corpus = corpus_with_work(utterances=3)
    corpus.dialogues.update(episode=EpisodeFactory(series=corpus.dialogues.get().series))
    return claim(rater=RaterFactory(corpus=corpus), now=NOW)


def flag(assignment: Assignment, order: int = 2, **more: Any) -> Flag:
    utterance = assignment.dialogue.utterances.get(order=order).public_id
    given: dict[str, Any] = {"public_id": uuid4(), "reason": "other", "utterance": utterance} | more
    return raise_flag(assignment=assignment, now=NOW, **given)


def accept(raised: Flag, **new: Any) -> int:
    utterance = raised.utterance
    assert utterance.speaker
    now = {"text": utterance.text, "speaker": utterance.speaker.name}
    times = {"start_ms": utterance.start_ms, "end_ms": utterance.end_ms}
    return accept_flag(flag=raised, settled_by=UserFactory(), now=NOW, **(now | times | new))


def test_a_flag_is_stored_once_however_often_it_is_sent(assignment: Assignment) -> None:
    first = flag(assignment, reason="wrong_text", comment=" 应为“他” ")
    assert flag(assignment, public_id=first.public_id, reason="other") == first
    flag_stored = Flag.objects.get()
    assert (flag_stored.reason, flag_stored.comment, flag_stored.state, flag_stored.assignment) == (
        "wrong_text",
        "应为“他”",
        "open",
        assignment,
    )
    assert inbox(assignment.rater.corpus) == Inbox(flags=1, inquiries=0, returned=0)


def test_the_id_of_another_person_is_refused(assignment: Assignment) -> None:
    other = claim(rater=RaterFactory(corpus=assignment.rater.corpus), now=NOW)
    assert other
    with refused("annotator.id_taken"):
        flag(other, public_id=flag(assignment).public_id)


def test_a_flag_is_accepted_after_the_dialogue_was_released(assignment: Assignment) -> None:
    release(assignment=assignment, now=NOW)
    assert flag(assignment).state == "open"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": "boring"}, "flag.unknown_reason"),
        ({"reason": "wrong_text", "start_ms": 1, "end_ms": 2}, "flag.no_proposal_wanted"),
        ({"reason": "bad_cut", "start_ms": 1}, "flag.no_proposal_wanted"),
        ({"reason": "bad_cut", "start_ms": 5, "end_ms": 5}, "utterance.span"),
        ({"reason": "bad_cut", "start_ms": 5, "end_ms": 60_001}, "utterance.past_end"),
        ({"comment": "x" * 2001}, "annotator.too_long"),
    ],
)
def test_an_invalid_flag_is_refused(assignment: Assignment, wrong: dict[str, Any], code: str) -> None:
    with refused(code):
        flag(assignment, **wrong)
    with refused("annotator.unknown_utterance"):
        flag(assignment, utterance=UtteranceFactory().public_id)
    assert not Flag.objects.exists()


def test_the_database_only_allows_proposals_of_bad_cuts(assignment: Assignment) -> None:
    raised = flag(assignment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=raised.pk).update(start_ms=1, end_ms=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=raised.pk).update(state="accepted")


def test_an_accepted_proposal_moves_the_times_and_cuts_the_clip_again(assignment: Assignment) -> None:
    raised = flag(assignment, reason="bad_cut", start_ms=3960, end_ms=5540)
    assert accept(raised, start_ms=3960, end_ms=5540, reply="谢谢") == 0
    raised.refresh_from_db()
    utterance = assignment.dialogue.utterances.get(order=2)
    assert (utterance.start_ms, utterance.end_ms) == (3960, 5540)
    assert (raised.state, raised.reply, raised.settled_at) == ("accepted", "谢谢", NOW)
    assert Job.objects.filter(kind="corpus.cut").count() == 1
    assert inbox(assignment.rater.corpus).total == 0


def test_a_flag_with_an_impossible_proposal_stays_open(assignment: Assignment) -> None:
    raised = flag(assignment, reason="bad_cut", start_ms=10, end_ms=5540)
    with refused("utterance.disorder"):
        accept(raised, start_ms=10, end_ms=5540)
    raised.refresh_from_db()
    assert (raised.state, UtteranceEdit.objects.count()) == ("open", 0)


def test_a_declined_flag_changes_nothing_else(assignment: Assignment) -> None:
    raised = flag(assignment, reason="wrong_speaker")
    decline_flag(flag=raised, settled_by=UserFactory(), reply="是他", now=NOW)
    raised.refresh_from_db()
    assert (raised.state, raised.reply, UtteranceEdit.objects.count()) == ("declined", "是他", 0)
    with refused("flag.settled"):
        accept(raised)
    with refused("flag.settled"):
        withdraw_flag(assignment=assignment, public_id=raised.public_id, now=NOW)


def test_an_own_flag_is_withdrawn_while_it_is_open(assignment: Assignment) -> None:
    raised = flag(assignment)
    other = claim(rater=RaterFactory(corpus=assignment.rater.corpus), now=NOW)
    assert other
    with refused("flag.unknown"):
        withdraw_flag(assignment=other, public_id=raised.public_id, now=NOW)
    for _ in range(2):
        withdraw_flag(assignment=assignment, public_id=raised.public_id, now=NOW)
    assert list(flags_of(corpus=assignment.rater.corpus)) == []
    assert inbox(assignment.rater.corpus).flags == 0


def test_flags_are_listed_by_state_and_reason_with_their_context(assignment: Assignment) -> None:
    corpus = assignment.rater.corpus
    first, second = flag(assignment, order=1, reason="wrong_text"), flag(assignment, order=2)
    decline_flag(flag=second, settled_by=UserFactory(), reply="", now=NOW)
    assert list(flags_of(corpus=corpus, state="open")) == [first]
    assert set(flags_of(corpus=corpus)) == {first, second}
    assert list(flags_of(corpus=corpus, reason="other")) == [second]
    context = neighbours(list(flags_of(corpus=corpus)))
    assert [[each.order for each in context[one.pk]] for one in (first, second)] == [[1, 2], [1, 2, 3]]
