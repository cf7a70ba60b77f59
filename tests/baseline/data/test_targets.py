from dataclasses import replace

import numpy as np

from baseline.data.predictions import decided
from baseline.data.rows import Label
from baseline.data.targets import MASKED, codes, decode, has_label, majority_code, one_hot, soft_labels
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance

ROWS = [
    utterance(sentiment="positive", moods=["joy"], moods_sentiment=-2),
    utterance(sentiment=None, moods=[], moods_sentiment=None),
    utterance(sentiment="negative", moods=None, moods_sentiment=2),
]


def test_labels_become_class_numbers_and_missing_ones_are_masked() -> None:
    assert codes(ROWS, SENTIMENT).tolist() == [2, MASKED, 0]
    assert codes(ROWS, LINK).tolist() == [0, MASKED, 4]
    assert codes(ROWS, MOODS).tolist() == [[1, 0], [0, 0], [MASKED, MASKED]]
    assert has_label(codes(ROWS, MOODS)).tolist() == [True, True, False]


def test_class_numbers_become_labels_again() -> None:
    assert decode(np.array([2, 0]), SENTIMENT) == ["positive", "negative"]
    assert decode(np.array([[1, 1], [0, 0]]), MOODS) == [["joy", "anger"], []]


def test_shares_of_votes_need_two_of_them() -> None:
    votes: dict[str, dict[str, Label]] = {
        "sentiment": {"a": "positive", "b": "positive", "c": "neutral"},
        "moods": {"a": ["joy"], "b": []},
    }
    rows = [replace(ROWS[0], votes=votes), replace(ROWS[0], votes={"sentiment": {"a": "positive"}})]
    np.testing.assert_allclose(soft_labels(rows, SENTIMENT), [[0, 1 / 3, 2 / 3], [np.nan] * 3], rtol=1e-6)
    np.testing.assert_allclose(soft_labels(rows, MOODS), [[0.5, 0], [np.nan] * 2])


def test_a_stated_distribution_comes_before_votes() -> None:
    row = replace(ROWS[0], distributions={"sentiment": {"negative": 0.2, "positive": 0.8}})
    np.testing.assert_allclose(soft_labels([row], SENTIMENT), [[0.2, 0, 0.8]], rtol=1e-6)


def test_the_majority_is_the_most_frequent_label() -> None:
    assert majority_code(np.array([1, 1, 0, MASKED]), SENTIMENT) == 1
    assert majority_code(np.array([[1, 0], [1, 0], [0, 1]]), MOODS).tolist() == [1, 0]
    assert majority_code(np.array([[MASKED, MASKED]]), MOODS).tolist() == [0, 0]


def test_a_bias_moves_the_decision() -> None:
    probabilities = np.array([[0.2, 0.3, 0.5]], np.float32)
    assert decided(probabilities, SENTIMENT).choices.tolist() == [2]
    assert decided(probabilities, SENTIMENT, np.array([1, 0, 0], np.float32)).choices.tolist() == [0]
    assert decided(np.array([[0.6, 0.4]], np.float32), MOODS).choices.tolist() == [[1, 0]]


def test_probabilities_of_labels_are_one_or_zero() -> None:
    assert one_hot(codes(ROWS, SENTIMENT), SENTIMENT).tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
