# Answers for training, tests, gold, pilots and retests are separate from those that count.

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.allocation.claims import claim
from annotator.domain.figures import corpus_work
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.manager import progress
from annotator.models import Assignment, Slot
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater
from tests.annotator.material import answered, corpus_with_work
from tests.factories import AnnotationFactory, AssignmentFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)
APART = [purpose for purpose in Purpose if purpose != Purpose.MAIN]


def given(rater: Rater, dialogue: Dialogue, purpose: str) -> Assignment:
    number = Slot.objects.filter(dialogue=dialogue, purpose=purpose).count() + 1
    assignment: Assignment = AssignmentFactory(
        rater=rater,
        dialogue=dialogue,
        codebook=rater.corpus.codebook,
        purpose=purpose,
        slot__number=number,
        slot__token=1,
        lease_until=NOW,
    )
    return assignment


def label(assignment: Assignment, answers: dict[str, Any]) -> None:
    assert assignment.rater.membership
    operations = [
        Operation(id=uuid4(), kind="commit", utterance=each.public_id, answers=answers)
        for each in assignment.dialogue.utterances.all()
    ]
    apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=operations,
        now=NOW,
    )


def judged_twice(purpose: str) -> tuple[Assignment, Assignment]:
    """The same person on the same dialogue, for main work and for another purpose, both finished."""
    corpus = corpus_with_work(utterances=2)
    rater = RaterFactory(corpus=corpus)
    earnest = claim(rater=rater, now=NOW)
    assert earnest
    label(earnest, answered())
    finish(assignment=earnest, token=earnest.token, now=NOW)
    apart = given(rater, earnest.dialogue, purpose)
    label(apart, GLAD)
    finish(assignment=apart, token=apart.token, now=NOW)
    return earnest, apart


def answers_of(assignment: Assignment) -> list[str]:
    found = Annotation.objects.filter(rater=assignment.rater, purpose=assignment.purpose).order_by("pk")
    return [(each.answers or {})["sentiment"] for each in found]


@pytest.mark.parametrize("purpose", APART)
def test_each_purpose_has_its_own_answers_and_history(purpose: str) -> None:
    earnest, apart = judged_twice(purpose)
    assert (answers_of(earnest), answers_of(apart)) == (["neutral"] * 2, ["positive"] * 2)
    for assignment, mood in ((earnest, "neutral"), (apart, "positive")):
        history = open_assignment(assignment=assignment).history
        assert [past.answers and past.answers["sentiment"] for past in history] == [mood] * 2


def test_an_undo_restores_the_answers_of_its_own_purpose() -> None:
    earnest, apart = judged_twice(Purpose.RETEST)
    made = open_assignment(assignment=apart).history[0]
    assert apart.rater.membership
    undo = Operation(id=uuid4(), kind="undo", utterance=made.utterance, undoes=made.operation)
    apply_operations(
        assignment=apart, token=apart.token, author=apart.rater.membership.user, operations=[undo], now=NOW
    )
    assert (answers_of(earnest), unlabelled(apart).count(), unlabelled(earnest).count()) == (["neutral"] * 2, 1, 0)


def test_answers_for_another_purpose_finish_nothing() -> None:
    corpus = corpus_with_work(utterances=1)
    rater = RaterFactory(corpus=corpus)
    label(given(rater, Dialogue.objects.get(), Purpose.TRAINING), GLAD)
    earnest = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert earnest
    assert unlabelled(earnest).count() == 1


@pytest.mark.parametrize("purpose", APART)
def test_no_other_purpose_fills_a_slot_of_k(purpose: str) -> None:
    corpus = corpus_with_work(utterances=1, k=2)
    for _ in range(3):
        given(RaterFactory(corpus=corpus), Dialogue.objects.get(), purpose)
    taken = [claim(rater=RaterFactory(corpus=corpus), now=NOW) for _ in range(3)]
    assert [each is not None and each.purpose for each in taken] == ["main", "main", False]


@pytest.mark.parametrize("purpose", APART)
def test_progress_only_counts_main_work(purpose: str) -> None:
    earnest, _apart = judged_twice(purpose)
    corpus: Corpus = earnest.rater.corpus
    totals, (person,) = corpus_work.totals(corpus=corpus), progress.people(corpus=corpus)
    assert totals.filled == 1
    assert corpus_work.labelled_utterances(corpus=corpus).labelled == 2
    # figures about a person's own work must not reveal which of it was gold
    own = (1, 2) if purpose in (Purpose.TRAINING, Purpose.TEST) else (2, 4)
    assert (person.done, person.labelled) == own  # type: ignore[attr-defined]
    Annotation.objects.filter(purpose=Purpose.MAIN).update(answers=None)
    assert corpus_work.labelled_utterances(corpus=corpus).labelled == 0


def test_the_database_enforces_one_annotation_per_person_and_purpose() -> None:
    first = AnnotationFactory(purpose=Purpose.GOLD)
    AnnotationFactory(rater=first.rater, utterance=first.utterance)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnotationFactory(rater=first.rater, utterance=first.utterance, purpose=Purpose.GOLD)


def test_the_database_enforces_one_assignment_per_person_and_purpose() -> None:
    corpus = corpus_with_work()
    rater, dialogue = RaterFactory(corpus=corpus), Dialogue.objects.get()
    given(rater, dialogue, Purpose.GOLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        given(rater, dialogue, Purpose.GOLD)
