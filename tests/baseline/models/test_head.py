import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.models.head import Head
from tests.baseline.material import LINK, MOODS, SENTIMENT

pytestmark = pytest.mark.torch


def test_head_has_one_logit_per_class() -> None:
    assert Head(4, SENTIMENT)(torch.zeros(2, 4)).shape == (2, 3)


def test_prediction_is_the_class_with_the_highest_logit() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    assert Head(4, SENTIMENT).predictions(logits) == ["neutral", "negative"]


def test_prediction_for_a_link_is_a_value_of_its_scale() -> None:
    assert Head(4, LINK).predictions(torch.eye(5)) == [-2, -1, 0, 1, 2]


def test_prediction_for_many_answers_is_the_set_of_positive_logits() -> None:
    logits = torch.tensor([[1.0, -1.0], [1.0, 1.0], [0.0, -1.0]])
    assert Head(4, MOODS).predictions(logits) == [frozenset({"joy"}), frozenset({"joy", "anger"}), frozenset()]
