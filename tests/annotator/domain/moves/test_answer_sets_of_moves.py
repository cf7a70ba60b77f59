from typing import Any

import pytest
from django.utils import timezone

from annotator.domain.moves.answer_sets import move_answer_sets, move_answer_sets_back
from annotator.models import AnswerSet
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import AnswerMove, Corpus, Utterance
from corpus.rules.moves import Mapping, QuestionMapping, as_document
from tests.annotator.material import codebook_of, corpus_with_work

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
SAME = {
    "sentiment": {each: each for each in ("negative", "neutral", "positive")},
    "emotion": {each: each for each in ("neutral", "joy", "anger")},
    "emotion_sentiment": {str(each): str(each) for each in range(-2, 3)},
}


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work()


def move_by(corpus: Corpus, *, dropped: str = "", **answers: Any) -> AnswerMove:
    questions = [QuestionMapping(slug, slug, same | answers.get(slug, {})) for slug, same in SAME.items()]
    kept = tuple(QuestionMapping(dropped, None, {}) if each.source == dropped else each for each in questions)
    mapping = as_document(Mapping(kept, {}))
    assert corpus.codebook
    return AnswerMove.objects.create(
        corpus=corpus, old=corpus.codebook, new=codebook_of(corpus, version=2), mapping=mapping
    )


def write(corpus: Corpus, version: int = 1, **values: Any) -> AnswerSet:
    acceptable = {"sentiment": ["positive"], "emotion": ["joy"]}
    fields = {"codebook": corpus.codebook, "acceptable": acceptable, "reasons": {}, "origin": "typed"} | values
    return AnswerSet.objects.create(utterance=Utterance.objects.get(), version=version, **fields)


def moved(corpus: Corpus, move: AnswerMove) -> dict[str, int]:
    dialogues = corpus.dialogues.values_list("pk", flat=True)
    return dict(move_answer_sets(mover=ProfileMover(move), dialogues=dialogues, now=NOW))


def moved_back(corpus: Corpus, move: AnswerMove) -> dict[str, int]:
    return dict(move_answer_sets_back(move=move, dialogues=corpus.dialogues.values_list("pk", flat=True), now=NOW))


def newest() -> AnswerSet:
    return AnswerSet.objects.latest("version")


def test_an_answer_set_of_another_codebook_version_is_not_moved(corpus: Corpus) -> None:
    move = move_by(corpus)
    written = write(corpus, codebook=move.new)
    assert moved(corpus, move) == {}
    assert AnswerSet.objects.get() == written


def test_a_question_that_is_not_moved_leaves_the_answer_set_open(corpus: Corpus) -> None:
    write(corpus)
    move = move_by(corpus, dropped="emotion")
    assert moved(corpus, move) == {"answer_sets": 1, "answer_sets_open": 1}
    assert (newest().acceptable, newest().codebook) == ({"sentiment": ["positive"]}, move.new)


def test_a_question_whose_acceptable_answers_all_vanish_is_not_scored_any_more(corpus: Corpus) -> None:
    write(corpus)
    assert moved(corpus, move_by(corpus, emotion={"joy": None})) == {"answer_sets": 1, "answer_sets_open": 1}
    assert newest().acceptable == {"sentiment": ["positive"]}


def test_each_part_of_a_split_answer_is_acceptable_and_leaves_the_answer_set_open(corpus: Corpus) -> None:
    write(corpus)
    split = move_by(corpus, emotion={"joy": ("joy", "anger")})
    assert moved(corpus, split) == {"answer_sets": 1, "answer_sets_open": 1}
    assert newest().acceptable == {"sentiment": ["positive"], "emotion": ["joy", "anger"]}


def test_moving_back_writes_the_former_answer_set_again(corpus: Corpus) -> None:
    before = write(corpus)
    move = move_by(corpus, dropped="emotion")
    moved(corpus, move)
    assert moved_back(corpus, move) == {"answer_sets": 1}
    assert (newest().version, newest().acceptable, newest().codebook) == (3, before.acceptable, move.old)


def test_moving_back_leaves_an_answer_set_that_was_edited_since(corpus: Corpus) -> None:
    write(corpus)
    move = move_by(corpus)
    moved(corpus, move)
    edited = write(corpus, 3, codebook=move.new, acceptable={"sentiment": ["negative"]})
    assert moved_back(corpus, move) == {"answer_sets_skipped": 1}
    assert newest() == edited
