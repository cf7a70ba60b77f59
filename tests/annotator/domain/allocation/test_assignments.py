from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.domain.allocation import assignments
from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Rater
from tests.annotator.material import answered, corpus_with_work
from tests.factories import AnnotationFactory, DialogueFactory, RaterFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def rater_of(corpus: Corpus) -> Rater:
    return RaterFactory(corpus=corpus)


def label(assignment: Assignment) -> None:
    for utterance in assignment.dialogue.utterances.all():
        AnnotationFactory(rater=assignment.rater, utterance=utterance, codebook=assignment.codebook, answers=answered())


def test_a_dialogue_gets_the_number_of_slots_in_the_codebook() -> None:
    corpus = corpus_with_work(dialogues=2, k=3)
    claim(rater=rater_of(corpus), now=NOW)
    assert Slot.objects.count() == 6


def test_drafts_and_other_corpora_are_not_given_out() -> None:
    corpus = corpus_with_work(dialogues=0)
    DialogueFactory(corpus=corpus, state=Dialogue.State.DRAFT, ready_at=None)
    corpus_with_work(dialogues=1)
    assert claim(rater=rater_of(corpus), now=NOW) is None


def test_own_unfinished_work_comes_first_and_its_lease_is_renewed() -> None:
    corpus = corpus_with_work(dialogues=2)
    rater = rater_of(corpus)
    first = claim(rater=rater, now=NOW)
    later = NOW + timedelta(days=2)
    assert claim(rater=rater, now=later) == first
    assert Assignment.objects.get().lease_until == later + LEASE


def test_exactly_k_people_get_a_dialogue() -> None:
    corpus = corpus_with_work(dialogues=1, k=2)
    taken = [claim(rater=rater_of(corpus), now=NOW) for _ in range(3)]
    assert [each is not None for each in taken] == [True, True, False]


def test_no_one_gets_a_dialogue_twice() -> None:
    corpus = corpus_with_work(dialogues=1, k=3)
    rater = rater_of(corpus)
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    release(assignment=assignment, now=NOW)
    assert claim(rater=rater, now=NOW) is None


def test_a_claim_in_a_corpus_without_codebook_is_refused() -> None:
    rater = RaterFactory()
    with pytest.raises(Refused, match="no codebook"):
        claim(rater=rater, now=NOW)


def test_a_dialogue_is_finished_when_every_utterance_is_answered() -> None:
    assignment = claim(rater=rater_of(corpus_with_work(utterances=2)), now=NOW)
    assert assignment
    with pytest.raises(Refused) as refused:
        finish(assignment=assignment, token=assignment.token, now=NOW)
    assert (refused.value.code, refused.value.params) == ("annotator.unfinished", {"left": 2})
    label(assignment)
    finish(assignment=assignment, token=assignment.token, now=NOW)
    finish(assignment=assignment, token=assignment.token, now=NOW + LEASE)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.ended_at) == (Assignment.State.DONE, NOW)


def test_withdrawn_answers_do_not_count() -> None:
    assignment = claim(rater=rater_of(corpus_with_work(utterances=1)), now=NOW)
    assert assignment
    AnnotationFactory(rater=assignment.rater, utterance=assignment.dialogue.utterances.get(), answers=None)
    with pytest.raises(Refused):
        finish(assignment=assignment, token=assignment.token, now=NOW)


def test_a_finished_assignment_is_not_released() -> None:
    assignment = claim(rater=rater_of(corpus_with_work(utterances=0)), now=NOW)
    assert assignment
    finish(assignment=assignment, token=assignment.token, now=NOW)
    with pytest.raises(Refused) as refused:
        release(assignment=assignment, now=NOW)
    assert refused.value.code == "annotator.not_open"


@pytest.mark.parametrize("state", [Assignment.State.OPEN, Assignment.State.DONE])
def test_the_database_enforces_one_person_per_slot(state: str) -> None:
    assignment = claim(rater=rater_of(corpus_with_work()), now=NOW)
    assert assignment
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            slot=assignment.slot,
            dialogue=assignment.dialogue,
            rater=RaterFactory(corpus=assignment.rater.corpus),
            codebook=assignment.codebook,
            token=9,
            state=state,
            ended_at=NOW if state == Assignment.State.DONE else None,
            lease_until=NOW,
        )


def test_unlabelled_only_considers_this_rater() -> None:
    assignment = claim(rater=rater_of(corpus_with_work(utterances=1)), now=NOW)
    assert assignment
    AnnotationFactory(
        rater=RaterFactory(corpus=assignment.rater.corpus),
        utterance=assignment.dialogue.utterances.get(),
        answers=answered(),
    )
    UtteranceFactory(dialogue=assignment.dialogue)
    assert assignments.unlabelled(assignment).count() == 2
