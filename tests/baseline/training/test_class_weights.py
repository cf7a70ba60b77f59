import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.training.class_weights import class_weights
from tests.baseline.material import MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch


def test_weights_fall_with_frequency_and_average_one_over_the_labels() -> None:
    rows = [utterance(sentiment="neutral")] * 16 + [utterance(sentiment="positive")] + [utterance(sentiment=None)] * 9
    negative, neutral, positive = class_weights(rows, SENTIMENT).tolist()
    assert positive / neutral == pytest.approx(16**0.25)
    assert negative == positive  # a class without labels counts like one with a single label
    assert (16 * neutral + positive) / 17 == pytest.approx(1)


def test_many_answers_have_equal_weights() -> None:
    assert class_weights([utterance(moods=["joy"])] * 3, MOODS).tolist() == [1, 1]


def test_question_without_labels_has_equal_weights() -> None:
    assert class_weights([utterance()], SENTIMENT).tolist() == [1, 1, 1]
