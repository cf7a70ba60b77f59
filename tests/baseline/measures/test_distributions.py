from dataclasses import replace

import numpy as np
import pytest

from baseline.data.rows import Label
from baseline.measures.distributions import against_votes, calibration
from tests.baseline.material import MOODS, SENTIMENT, utterance

VOTES: dict[str, dict[str, Label]] = {"sentiment": {"a": "negative", "b": "positive"}, "moods": {"a": ["joy"], "b": []}}
ROW = replace(utterance(sentiment="positive"), votes=VOTES)


def test_measures_of_votes_equal_those_calculated_by_hand() -> None:
    found = against_votes(
        [ROW, utterance()], np.array([[0.5, 0, 0.5], [1, 0, 0]], np.float32), np.array([2, 0]), SENTIMENT
    )
    assert found["n"] == 1
    assert found["cross-entropy"] == pytest.approx(np.log(2), abs=1e-4)
    assert found["jensen-shannon"] == pytest.approx(0, abs=1e-4)
    assert found["annotator-error"] == 0.5
    far = against_votes([ROW], np.array([[0, 1, 0]], np.float32), np.array([1]), SENTIMENT)
    assert far["manhattan"] == pytest.approx(2, abs=1e-4)
    assert far["wasserstein"] == pytest.approx(1, abs=1e-4)  # half of the mass by one step on each side
    assert far["jensen-shannon"] == pytest.approx(np.log(2), abs=1e-3)


def test_many_answers_are_compared_class_by_class() -> None:
    found = against_votes([ROW], np.array([[0.5, 0.25]], np.float32), np.array([[1, 0]]), MOODS)
    assert found["manhattan"] == pytest.approx(0.25)
    assert found["annotator-error"] == pytest.approx(0.25)  # of two raters and two classes, one answer differs


def test_without_votes_there_are_no_measures() -> None:
    assert against_votes([utterance()], np.array([[1, 0, 0]], np.float32), np.array([0]), SENTIMENT) == {}


def test_calibration_is_the_gap_between_confidence_and_accuracy() -> None:
    rows = [utterance(sentiment="positive"), utterance(sentiment="negative")]
    found = calibration(rows, np.array([[0, 0.2, 0.8], [0, 0.2, 0.8]], np.float32), SENTIMENT)
    assert found["ece"] == pytest.approx(0.3, abs=1e-6)
    assert found["bins"] == [[pytest.approx(0.8), 0.5, 2.0]]
    assert found["brier"] == pytest.approx((0.08 + (1 + 0.04 + 0.64)) / 2, abs=1e-6)
