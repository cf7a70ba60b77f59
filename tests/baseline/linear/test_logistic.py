import math

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.targets import MASKED
from baseline.linear.logistic import fit
from baseline.linear.sparse import SparseMatrix, Vocabulary
from tests.baseline.material import MOODS, SENTIMENT

pytestmark = pytest.mark.torch

TEXTS = [["good"], ["good", "day"], ["bad"], ["bad", "day"], ["day"], ["good", "good"]]
LABELS = np.array([2, 2, 0, 0, 1, 2])


def matrix() -> SparseMatrix:
    return Vocabulary.fit(TEXTS, min_count=1).matrix(TEXTS)


def test_rows_are_weighted_by_rarity_and_have_length_one() -> None:
    vocabulary = Vocabulary.fit([["a"], ["a", "b"], ["a"]])
    assert vocabulary.numbers == {"a": 0}  # b occurs in one text only
    assert list(vocabulary.weights) == pytest.approx([math.log(4 / 4) + 1])
    both = Vocabulary.fit([["a"], ["a", "b"], ["a"]], min_count=1).matrix([["a", "b", "b"], ["c"]])
    a, b = 1.0, (1 + math.log(2)) * (math.log(4 / 2) + 1)
    expected: list[list[float]] = [[a / math.hypot(a, b), b / math.hypot(a, b)], [0, 0]]
    np.testing.assert_allclose(both.matrix.to_dense(), expected, rtol=1e-6)
    np.testing.assert_allclose(both.transpose.to_dense(), both.matrix.to_dense().T)


def test_the_objective_has_no_slope_at_the_solution() -> None:
    c = 2.0
    regression = fit(matrix(), LABELS, SENTIMENT, c=c)
    weights = regression.weights.clone().requires_grad_()
    intercepts = regression.intercepts.clone().requires_grad_()
    balanced = torch.tensor([6 / (3 * count) for count in np.bincount(LABELS)[LABELS]])
    losses = torch.nn.functional.cross_entropy(
        matrix().matrix.to_dense() @ weights + intercepts, torch.from_numpy(LABELS), reduction="none"
    )
    ((losses * balanced).sum() + weights.square().sum() / (2 * c)).backward()
    for each in (weights, intercepts):
        assert each.grad is not None
        assert each.grad.abs().max() < 1e-2


def test_masked_rows_and_rows_without_a_label_do_not_count() -> None:
    kept = np.array([True, True, True, True, True, False])
    labels = np.where(kept, LABELS, MASKED)
    one = fit(matrix(), LABELS, SENTIMENT, c=1, mask=kept).probabilities(matrix())
    np.testing.assert_allclose(one, fit(matrix(), labels, SENTIMENT, c=1).probabilities(matrix()), atol=1e-5)
    assert np.abs(one - fit(matrix(), LABELS, SENTIMENT, c=1).probabilities(matrix())).max() > 1e-3


def test_many_answers_are_learned_class_by_class() -> None:
    labels = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0], [1, 0]])
    found = fit(matrix(), labels, MOODS, c=100).probabilities(matrix())
    assert (found > 0.5).astype(int).tolist() == labels.tolist()
