from math import log

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.label_tensors import MASKED
from baseline.training.loss import multi_task_loss

pytestmark = pytest.mark.torch

LOGITS = torch.tensor([[log(3.0), 0.0], [0.0, 0.0], [5.0, 0.0]], requires_grad=True)  # first row: 3/4 and 1/4


def test_loss_is_the_mean_cross_entropy_of_labelled_utterances() -> None:
    labels = torch.tensor([1, 0, MASKED])
    loss = multi_task_loss({"a": LOGITS}, {"a": labels}, {"a": torch.ones(2)})
    assert loss.item() == pytest.approx((log(4) + log(2)) / 2)


def test_class_weights_weight_the_mean() -> None:
    labels = torch.tensor([1, 0, MASKED])
    loss = multi_task_loss({"a": LOGITS}, {"a": labels}, {"a": torch.tensor([1.0, 3.0])})
    assert loss.item() == pytest.approx((3 * log(4) + log(2)) / 4)


def test_many_answers_have_the_mean_binary_cross_entropy_of_their_classes() -> None:
    labels = torch.tensor([[0.0, 1.0], [MASKED, MASKED], [MASKED, MASKED]])
    loss = multi_task_loss({"a": LOGITS}, {"a": labels}, {"a": torch.ones(2)})
    assert loss.item() == pytest.approx((log(4) + log(2)) / 2)


def test_loss_is_the_sum_over_the_questions() -> None:
    labels = {"a": torch.tensor([1, 0, MASKED]), "b": torch.tensor([MASKED, 1, MASKED])}
    loss = multi_task_loss({"a": LOGITS, "b": LOGITS}, labels, {"a": torch.ones(2), "b": torch.ones(2)})
    assert loss.item() == pytest.approx((log(4) + log(2)) / 2 + log(2))


@pytest.mark.parametrize(
    "labels", [[MASKED] * 3, [[float(MASKED)] * 2] * 3], ids=["one answer per question", "many answers"]
)
def test_loss_without_labels_has_no_gradient(labels: list[int] | list[list[float]]) -> None:
    loss = multi_task_loss({"a": LOGITS}, {"a": torch.tensor(labels)}, {"a": torch.ones(2)})
    assert loss.item() == 0
    assert not loss.requires_grad
