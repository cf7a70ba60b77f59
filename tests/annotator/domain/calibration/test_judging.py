import pytest
from django.db import DatabaseError, connection, transaction

from annotator.domain.allocation.assignments import finish
from annotator.domain.calibration.answer_sets import write_answers
from annotator.domain.calibration.judging import lesson
from annotator.models import AnswerSet, Result, ResultItem
from common.errors import Refused
from tests.annotator.calibrated import CALM, GLAD, NOW, calibrated, commit, newcomer, take, work_through

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_result_refers_to_the_answer_set_of_its_time() -> None:
    corpus = calibrated("training", main=0)
    rater = newcomer(corpus)
    work_through(rater, GLAD)
    utterance = corpus.dialogues.get().utterances.get()
    write_answers(utterance=utterance, acceptable={"sentiment": ["positive"]}, reasons={}, author=None)
    item = ResultItem.objects.get()
    assert (item.answer_set.version, item.verdicts) == (1, {"sentiment": False, "emotion": False})
    assert AnswerSet.objects.filter(utterance=utterance).count() == 2


def test_in_training_the_first_answer_counts() -> None:
    rater = newcomer(calibrated("training", main=0))
    taken = take(rater)
    assert taken
    commit(taken, GLAD)
    commit(taken, CALM)
    finish(assignment=taken, token=taken.token, now=NOW)
    assert (Result.objects.get().right, Result.objects.get().judged) == (0, 2)


def test_in_a_test_the_last_answer_before_finishing_counts() -> None:
    rater = newcomer(calibrated("test", main=0))
    taken = take(rater)
    assert taken
    commit(taken, GLAD)
    commit(taken, CALM)
    finish(assignment=taken, token=taken.token, now=NOW)
    commit(taken, GLAD)
    finish(assignment=taken, token=taken.token, now=NOW)
    assert (Result.objects.get().right, Result.objects.get().judged) == (2, 2)


def test_the_main_work_has_no_result() -> None:
    rater = newcomer(calibrated(main=1))
    work_through(rater)
    assert not Result.objects.exists()


def test_a_lesson_is_only_available_after_the_commit() -> None:
    rater = newcomer(calibrated("training", main=0))
    taken = take(rater)
    assert taken
    utterance = taken.dialogue.utterances.get()
    with pytest.raises(Refused) as refused:
        lesson(assignment=taken, utterance=utterance)
    assert refused.value.code == "annotator.not_committed"
    commit(taken, GLAD)
    taught = lesson(assignment=taken, utterance=utterance)
    assert taught.answers
    assert (taught.answers.reasons, taught.verdicts) == (
        {"": "nothing special"},
        {"sentiment": False, "emotion": False},
    )


@pytest.mark.parametrize("use", ["test", "gold", "main"])
def test_only_training_has_lessons(use: str) -> None:
    corpus = calibrated(*([use] if use != "main" else []), main=4, gold_percent=50)
    rater = newcomer(corpus)
    while (taken := take(rater)) and taken.purpose != use:
        work_through(rater)
    assert taken
    commit(taken, CALM)
    with pytest.raises(Refused) as refused:
        lesson(assignment=taken, utterance=taken.dialogue.utterances.get())
    assert refused.value.code == "annotator.no_lesson"


@pytest.mark.parametrize("table", ["answerset", "result", "resultitem", "attempt"])
def test_the_database_refuses_changes_of_records(table: str) -> None:
    rater = newcomer(calibrated("test", main=0))
    work_through(rater)
    column = {"answerset": "reasons", "resultitem": "verdicts"}.get(table, '"right"')
    value = "'{}'" if table in ("answerset", "resultitem") else "9"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE annotator_{table} SET {column} = {value}")  # noqa: S608
