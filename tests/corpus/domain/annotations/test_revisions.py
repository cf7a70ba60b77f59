from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError

from common.errors import Refused
from common.models import User
from corpus.domain.annotations.revisions import (
    NewRevision,
    UnfitAnswersError,
    commit_revision,
)
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook, shipped_guideline
from corpus.models import Annotation, CodebookVersion, Rater, Revision, Utterance
from corpus.models.append_only import AppendOnlyError
from tests.factories import CorpusFactory, RaterFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CALM = {"sentiment": "neutral", "emotion": "neutral", "sarcasm": "no", "humor": "no"}
GLAD = CALM | {"sentiment": "positive", "emotion": "joy", "emotion_sentiment": 2}
NOT_ASKED = {"emotion_sentiment": "not_applicable", "sarcasm_humor": "not_applicable"}


@pytest.fixture
def codebook() -> CodebookVersion:
    return add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))


@pytest.fixture
def rater(codebook: CodebookVersion) -> Rater:
    return RaterFactory(corpus=codebook.corpus)


@pytest.fixture
def utterance(codebook: CodebookVersion) -> Utterance:
    return UtteranceFactory(dialogue__corpus=codebook.corpus)


def user_of_token(rater: Rater) -> User:
    assert rater.membership
    return rater.membership.user


def commit(rater: Rater, utterance: Utterance, codebook: CodebookVersion, answers: Any, **more: Any) -> Revision:
    values: dict[str, Any] = {"guideline": None, "author": user_of_token(rater), "answers": answers}
    return commit_revision(NewRevision(rater=rater, utterance=utterance, codebook=codebook, **values | more))[0]


def test_a_revision_stores_author_time_answers_and_duration(
    rater: Rater, utterance: Utterance, codebook: CodebookVersion
) -> None:
    guideline = add_guideline_version(corpus=codebook.corpus, texts=shipped_guideline("affect-dialogue"))
    assignment, operation = uuid4(), uuid4()
    revision = commit(
        rater,
        utterance,
        codebook,
        GLAD,
        guideline=guideline,
        assignment=assignment,
        operation_id=operation,
        active_ms=4200,
        played_ms=1800,
        opened=3,
        shortcut="all_default",
    )
    stored = Revision.objects.get()
    assert stored == revision
    assert (stored.author, stored.codebook, stored.guideline) == (user_of_token(rater), codebook, guideline)
    assert (stored.assignment, stored.operation, stored.active_ms, stored.played_ms) == (
        assignment,
        operation,
        4200,
        1800,
    )
    assert (stored.opened, stored.shortcut) == (3, "all_default")
    assert (stored.number, stored.cause, stored.raw) == (1, "commit", None)
    assert stored.answers == GLAD | {"sarcasm_humor": "not_applicable"}


def test_nothing_is_overwritten(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    commit(rater, utterance, codebook, CALM)
    commit(rater, utterance, codebook, GLAD)
    commit(rater, utterance, codebook, None, cause=Revision.Cause.UNDO)
    annotation = Annotation.objects.get()
    assert [(each.number, each.cause, each.answers) for each in annotation.revisions.order_by("number")] == [
        (1, "commit", CALM | NOT_ASKED),
        (2, "commit", GLAD | {"sarcasm_humor": "not_applicable"}),
        (3, "undo", None),
    ]
    assert (annotation.number, annotation.answers) == (3, None)


def test_an_operation_is_applied_once(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    operation = uuid4()
    first = commit(rater, utterance, codebook, CALM, operation_id=operation)
    commit(rater, utterance, codebook, GLAD)
    again = commit(rater, utterance, codebook, CALM, operation_id=operation)
    assert again == first
    assert Revision.objects.count() == 2
    assert Annotation.objects.filter(answers__emotion="joy").count() == 1


def test_an_operation_belongs_to_one_utterance(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    operation = uuid4()
    commit(rater, utterance, codebook, CALM, operation_id=operation)
    other = UtteranceFactory(dialogue=utterance.dialogue)
    with pytest.raises(Refused) as caught:
        commit(rater, other, codebook, CALM, operation_id=operation)
    assert caught.value.code == "labels.operation_reused"
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize("answers", [{}, CALM | {"emotion": "glee"}, CALM | {"extra": 1}, GLAD | {"emotion": "fear"}])
def test_unfit_answers_leave_nothing(
    rater: Rater, utterance: Utterance, codebook: CodebookVersion, answers: dict[str, Any]
) -> None:
    answers = {key: value for key, value in answers.items() if key != "emotion_sentiment"}
    with pytest.raises(UnfitAnswersError) as caught:
        commit(rater, utterance, codebook, answers)
    assert caught.value.problems
    assert Annotation.objects.count() == 0


def test_committing_nothing_is_refused(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    with pytest.raises(Refused) as caught:
        commit(rater, utterance, codebook, None)
    assert caught.value.code == "labels.nothing_answered"


def test_labels_stay_within_one_corpus(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    foreign = UtteranceFactory()
    with pytest.raises(Refused) as caught:
        commit(rater, foreign, codebook, CALM)
    assert caught.value.code == "labels.other_corpus"
    assert Annotation.objects.count() == 0


def test_a_revision_cannot_be_changed_or_deleted(rater: Rater, utterance: Utterance, codebook: CodebookVersion) -> None:
    revision = commit(rater, utterance, codebook, CALM)
    revision.answers = GLAD
    attempts: list[Callable[[], object]] = [
        revision.save,
        revision.delete,
        lambda: Revision.objects.update(answers=GLAD),
        lambda: Revision.objects.filter(pk=revision.pk).delete(),
        lambda: revision.annotation.revisions.update(number=9),
        lambda: Revision.objects.bulk_update([revision], ["answers"]),
    ]
    for attempt in attempts:
        with pytest.raises(AppendOnlyError):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        revision.annotation.delete()
    assert Revision.objects.get().answers == CALM | NOT_ASKED


@pytest.mark.parametrize("table", ["corpus_revision", "corpus_codebookversion", "corpus_guidelineversion"])
def test_the_database_refuses_changes_of_append_only_rows(
    rater: Rater, utterance: Utterance, codebook: CodebookVersion, table: str
) -> None:
    add_guideline_version(corpus=codebook.corpus, texts={"en": "Watch first."})
    commit(rater, utterance, codebook, CALM)
    columns = ["created_at", "opened", "shortcut"] if table == "corpus_revision" else ["created_at"]
    for column in columns:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608
    if connection.vendor == "postgresql" and table == "corpus_revision":
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM corpus_revision")
