import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.dataset import MASKED, UNKNOWN, Vocabulary, collate, dialogues, grams, targets
from baseline.release import Question, Row

pytestmark = pytest.mark.torch

SENTIMENT = Question("sentiment", "task", ("negative", "neutral", "positive"), many=False)
MOODS = Question("moods", "task", ("joy", "anger"), many=True)


def said(
    text: str, *, dialogue: str = "d", order: int = 1, speaker: str = "王", **labels: str | list[str] | None
) -> Row:
    return Row(dialogue, order, speaker, text, dict(labels))


def test_chinese_is_read_by_the_character_and_english_by_the_word() -> None:
    assert grams("我OK吗,don't") == ["我", "ok", "吗", ",", "don't", "我 ok", "ok 吗", "吗 ,", ", don't"]


def test_full_width_forms_are_read_like_plain_ones() -> None:
    assert grams("ＯＫ！") == grams("OK!")


def test_vocabulary_knows_only_what_training_rows_say_often_enough() -> None:
    vocabulary = Vocabulary.learn([said("好好"), said("好坏")])
    assert vocabulary.grams == {"好": 2}
    assert vocabulary.encode("坏好") == [UNKNOWN, 2, UNKNOWN]


def test_silent_utterance_still_has_a_gram() -> None:
    assert Vocabulary({}, {}).encode("") == [UNKNOWN]


def test_window_reaches_back_within_the_dialogue_only() -> None:
    rows = [
        said("a", dialogue="x", order=2, speaker="李"),
        said("b", dialogue="x", order=1),
        said("c", dialogue="y", order=1),
        said("d", dialogue="x", order=3),
    ]
    batch = collate(dialogues(rows), Vocabulary({"a": 2, "b": 3, "c": 4, "d": 5}, {}), [], context=2)
    assert batch.grams.tolist() == [3, 2, 5, 4]
    assert batch.starts.tolist() == [0, 1, 2, 3]
    assert batch.windows.tolist() == [[MASKED, MASKED, 0], [MASKED, 0, 1], [0, 1, 2], [MASKED, MASKED, 3]]
    assert batch.same_voice.tolist() == [[0, 0, 1], [0, 0, 1], [1, 0, 1], [0, 0, 1]]


def test_labels_that_are_missing_are_masked() -> None:
    rows = [said("", sentiment="positive"), said("", sentiment=None), said("")]
    assert targets(rows, SENTIMENT).tolist() == [2, MASKED, MASKED]


def test_several_answers_become_marks() -> None:
    rows = [said("", moods=["anger"]), said("", moods=[]), said("", moods=None)]
    marks = targets(rows, MOODS)
    assert marks.dtype == torch.float32
    assert marks.tolist() == [[0, 1], [0, 0], [MASKED, MASKED]]
