import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.label_tensors import MASKED, label_tensor
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance

pytestmark = pytest.mark.torch


def test_missing_labels_are_masked() -> None:
    rows = [utterance(sentiment="positive"), utterance(sentiment=None), utterance()]
    assert label_tensor(rows, SENTIMENT).tolist() == [2, MASKED, MASKED]


def test_values_of_a_link_become_class_numbers() -> None:
    assert label_tensor([utterance(moods_sentiment=-2), utterance(moods_sentiment=1)], LINK).tolist() == [0, 3]


def test_several_answers_become_marks() -> None:
    rows = [utterance(moods=["anger"]), utterance(moods=[]), utterance(moods=None)]
    marks = label_tensor(rows, MOODS)
    assert marks.dtype == torch.float32
    assert marks.tolist() == [[0, 1], [0, 0], [MASKED, MASKED]]
