import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.vocabulary import UNKNOWN, Vocabulary
from baseline.features.ngrams import NgramFeatures, ngrams
from tests.baseline.material import utterance

pytestmark = pytest.mark.torch


def test_chinese_is_split_into_characters_and_english_into_words() -> None:
    assert ngrams("我OK吗,don't") == ["我", "ok", "吗", ",", "don't", "我 ok", "ok 吗", "吗 ,", ", don't"]


def test_full_width_forms_equal_ascii_forms() -> None:
    assert ngrams("ＯＫ！") == ngrams("OK!")


def test_only_frequent_ngrams_of_the_training_rows_have_a_number() -> None:
    features = NgramFeatures.fit([utterance("好好"), utterance("好坏")])
    assert features.vocabulary.numbers == {"好": 2}
    numbers, starts = features.encode([utterance("坏好")])
    assert numbers.tolist() == [UNKNOWN, 2, UNKNOWN]
    assert starts.tolist() == [0]


def test_empty_text_has_one_unknown_ngram() -> None:
    numbers, starts = NgramFeatures(Vocabulary({})).encode([utterance(""), utterance("")])
    assert (numbers.tolist(), starts.tolist()) == ([UNKNOWN, UNKNOWN], [0, 1])
