"""Marks that the database sets when an annotation is written."""

from typing import Any

import pytest
from django.utils import timezone

from agreement.models import AdjudicationCase, Decision
from corpus.domain.annotations.revisions import NewRevision, commit_revision, withdraw_answers
from corpus.models import Rater, Utterance
from tests.agreement.material import judge, utterances
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def utterance() -> Utterance:
    """An utterance that a rater judged neutral; it has a case, and the decision that nothing can be decided."""
    corpus = corpus_with_work(utterances=2)
    first, second = utterances(corpus)
    rater = RaterFactory(corpus=corpus, slug="first")
    for each in (first, second):
        judge(rater, each, sentiment="neutral")
        common: dict[str, Any] = {"utterance": each, "codebook": corpus.codebook}
        AdjudicationCase.objects.create(
            corpus=corpus, agreement="split", state="decided", raters=2, disagreement=1, **common
        )
        Decision.objects.create(outcome="undecidable", number=1, last_number=1, **common)
    return first


def commit(utterance: Utterance, rater: Rater, *, purpose: str = "main", **answers: Any) -> None:
    codebook = utterance.dialogue.corpus.codebook
    assert codebook
    author = UserFactory()
    commit_revision(
        NewRevision(
            rater=rater,
            utterance=utterance,
            codebook=codebook,
            author=author,
            answers=answered(**answers),
            purpose=purpose,
        )
    )


def marked(utterance: Utterance) -> tuple[bool, bool]:
    """Return whether the decision and the case of an utterance are marked; those of the other one must not be."""
    [other] = Utterance.objects.filter(dialogue=utterance.dialogue).exclude(pk=utterance.pk)
    assert not Decision.objects.get(utterance=other).needs_review
    assert not AdjudicationCase.objects.get(utterance=other).is_stale
    return Decision.objects.get(utterance=utterance).needs_review, AdjudicationCase.objects.get(
        utterance=utterance
    ).is_stale


def rater_of(utterance: Utterance) -> Rater:
    return Rater.objects.get(slug="first", corpus=utterance.dialogue.corpus)


def test_a_changed_answer_marks_decision_and_case(utterance: Utterance) -> None:
    commit(utterance, rater_of(utterance), sentiment="positive")
    assert marked(utterance) == (True, True)


def test_a_new_annotation_marks_decision_and_case(utterance: Utterance) -> None:
    commit(utterance, RaterFactory(corpus=utterance.dialogue.corpus))
    assert marked(utterance) == (True, True)


def test_withdrawn_answers_mark_decision_and_case(utterance: Utterance) -> None:
    withdraw_answers(utterance=utterance, author=UserFactory(), now=timezone.now())
    assert marked(utterance) == (True, True)


def test_equal_answers_and_other_purposes_mark_nothing(utterance: Utterance) -> None:
    commit(utterance, rater_of(utterance), sentiment="neutral")
    commit(utterance, RaterFactory(corpus=utterance.dialogue.corpus), purpose="retest", sentiment="positive")
    assert marked(utterance) == (False, False)


def test_nothing_is_marked_before_anything_was_decided(utterance: Utterance) -> None:
    Decision.objects.filter(utterance=utterance).update(outcome="none", number=0)
    commit(utterance, rater_of(utterance), sentiment="positive")
    assert marked(utterance) == (False, True)
