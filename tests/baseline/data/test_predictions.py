import numpy as np

from baseline.data.predictions import geometric_mean
from tests.baseline.material import EMOTION, MOODS


def test_mean_of_log_probabilities_of_one_answer_adds_up_to_one() -> None:
    first = np.array([[0.64, 0.16, 0.1, 0.1]], np.float32)
    second = np.array([[0.25, 0.25, 0.4, 0.1]], np.float32)
    roots = np.array([0.4, 0.2, 0.2, 0.1])
    np.testing.assert_allclose(geometric_mean(first, second, EMOTION), [roots / roots.sum()], rtol=1e-6)


def test_mean_of_log_odds_of_many_answers_keeps_each_answer_by_itself() -> None:
    first, second = np.array([[0.8, 0.5]], np.float32), np.array([[0.2, 0.9]], np.float32)
    odds = np.sqrt(9)  # of even odds and odds of nine to one
    np.testing.assert_allclose(geometric_mean(first, second, MOODS), [[0.5, odds / (1 + odds)]], rtol=1e-5)


def test_certainty_of_one_model_leaves_finite_probabilities() -> None:
    certain, other = np.array([[1, 0, 0, 0]], np.float32), np.array([[0, 1, 0, 0]], np.float32)
    np.testing.assert_allclose(geometric_mean(certain, other, EMOTION)[0, :2], [0.5, 0.5], atol=1e-2)
    assert np.isfinite(geometric_mean(certain[:, :2], certain[:, :2], MOODS)).all()
