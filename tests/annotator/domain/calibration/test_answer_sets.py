from typing import Any

import pytest

from annotator.domain.calibration.answer_sets import answers_from_experts, experts, newest, write_answers
from annotator.models import AnswerSet
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Rater, Utterance
from tests.annotator.calibrated import CALM, GLAD, newcomer, take, work_through
from tests.annotator.material import corpus_with_work
from tests.factories import AnnotationFactory, SourceRaterFactory, UserFactory

pytestmark = pytest.mark.django_db


def judged_by(*given: dict[str, Any]) -> tuple[Dialogue, list[Rater]]:
    corpus = corpus_with_work(k=len(given))
    raters = [newcomer(corpus) for _ in given]
    for rater, answers in zip(raters, given, strict=True):
        work_through(rater, answers)
    return corpus.dialogues.get(), raters


def write(utterance: Utterance, acceptable: dict[str, list[Any]], **reasons: str) -> AnswerSet:
    return write_answers(utterance=utterance, acceptable=acceptable, reasons=reasons, author=UserFactory())


def test_answers_on_which_experts_agree_are_accepted() -> None:
    dialogue, raters = judged_by(GLAD, GLAD, GLAD | {"emotion_sentiment": 1})
    [made] = answers_from_experts(dialogue=dialogue, raters=raters, unanimous=True, author=None)
    assert (made.acceptable, made.origin) == ({"sentiment": ["positive"], "emotion": ["joy"]}, "unanimous")
    assert made.raters == sorted(rater.slug for rater in raters)


def test_each_answer_may_be_accepted_if_experts_differ() -> None:
    dialogue, raters = judged_by(GLAD, GLAD | {"emotion_sentiment": 1})
    [made] = answers_from_experts(dialogue=dialogue, raters=raters, unanimous=False, author=None)
    assert (sorted(made.acceptable["emotion_sentiment"]), made.origin) == ([1, 2], "experts")


def test_only_the_chosen_experts_count() -> None:
    dialogue, raters = judged_by(GLAD, CALM)
    [made] = answers_from_experts(dialogue=dialogue, raters=raters[:1], unanimous=True, author=None)
    assert made.acceptable["emotion"] == ["joy"]


def test_reasons_stay_when_answers_are_derived_again() -> None:
    dialogue, raters = judged_by(GLAD, GLAD)
    write(dialogue.utterances.get(), {}, emotion="she laughs")
    [made] = answers_from_experts(dialogue=dialogue, raters=raters, unanimous=True, author=None)
    assert (made.version, made.reasons) == (2, {"emotion": "she laughs"})


def test_an_utterance_without_expert_answers_is_refused() -> None:
    dialogue, _raters = judged_by(GLAD)
    with pytest.raises(Refused) as refused:
        answers_from_experts(dialogue=dialogue, raters=[newcomer(dialogue.corpus)], unanimous=True, author=None)
    assert refused.value.code == "calibration.no_expert_labels"


def test_answers_of_an_open_dialogue_do_not_count() -> None:
    corpus = corpus_with_work()
    rater = newcomer(corpus)
    held = take(rater)
    assert held
    AnnotationFactory(rater=rater, utterance=held.dialogue.utterances.get(), answers=GLAD)
    with pytest.raises(Refused):
        answers_from_experts(dialogue=held.dialogue, raters=[rater], unanimous=True, author=None)


def test_a_new_version_is_only_written_if_something_differs() -> None:
    utterance = corpus_with_work().dialogues.get().utterances.get()
    versions = [
        write(utterance, {"emotion": ["joy"], "sentiment": []}),
        write(utterance, {"emotion": ["joy"]}),
        write(utterance, {"emotion": ["joy", "anger"]}),
        write(utterance, {"emotion": ["joy", "anger"]}, emotion=" a laugh "),
    ]
    assert [each.version for each in versions] == [1, 1, 2, 3]
    assert newest(Utterance.objects.all())[utterance.pk] == versions[-1]
    assert versions[-1].reasons == {"emotion": "a laugh"}


@pytest.mark.parametrize("acceptable", [{"emotion": ["pride"]}, {"mood": ["joy"]}, {"emotion_sentiment": [3]}])
def test_the_codebook_must_have_the_answer(acceptable: dict[str, list[Any]]) -> None:
    utterance = corpus_with_work().dialogues.get().utterances.get()
    with pytest.raises(Refused) as refused:
        write(utterance, acceptable)
    assert refused.value.code == "calibration.impossible_answer"


def test_a_reason_has_a_maximum_length() -> None:
    utterance = corpus_with_work().dialogues.get().utterances.get()
    with pytest.raises(Refused) as refused:
        write(utterance, {}, emotion="x" * 2001)
    assert refused.value.code == "calibration.reason_too_long"


def test_experts_are_sources_and_members_with_finished_dialogues() -> None:
    dialogue, raters = judged_by(GLAD, CALM)
    corpus: Corpus = dialogue.corpus
    newcomer(corpus)
    source = SourceRaterFactory(corpus=corpus)
    assert set(experts(corpus=corpus)) == {*raters, source}
