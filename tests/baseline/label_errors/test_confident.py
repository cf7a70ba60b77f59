"""Confident learning, against counts made by hand and against planted errors."""

import numpy as np
import pytest

from baseline.data.rows import Question
from baseline.label_errors.confident import judge
from tests.baseline.material import MOODS

MOOD = Question("mood", "task", ("joy", "anger", "fear"), many=False)
MASKED = -1


def test_a_label_is_suspected_if_another_class_reaches_the_confidence_of_its_own_labels() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.1, 0.9, 0], [0.3, 0.7, 0], [0.45, 0.55, 0]], np.float32)
    judged = judge(labels, probabilities, MOOD)  # thresholds: joy 0.6, anger 0.625
    assert judged.suspected.tolist() == [False, False, True, False, False]
    assert judged.scores.argmax() == 2
    assert judged.scores[2] == pytest.approx(0.9)


def test_a_class_that_models_are_always_unsure_of_is_not_suspected_as_a_whole() -> None:
    labels = np.array([0] * 4 + [2] * 4)
    probabilities = np.array([[0.9, 0.0, 0.1]] * 4 + [[0.55, 0.0, 0.45]] * 4, np.float32)
    judged = judge(labels, probabilities, MOOD)
    assert not judged.suspected.any()  # the plain decision would contradict every label of fear
    assert judged.scores[4] == pytest.approx(0.55)


def test_rows_without_a_label_have_no_score_and_are_never_suspected() -> None:
    judged = judge(np.array([0, MASKED, 1]), np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0]], np.float32), MOOD)
    assert np.isnan(judged.scores).tolist() == [False, True, False]
    assert not judged.suspected.any()


def test_thresholds_come_from_typical_rows_alone() -> None:
    labels = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1, 0], [0.2, 0.8, 0], [0.1, 0.9, 0], [0.4, 0.6, 0]], np.float32)
    assert judge(labels, probabilities, MOOD).suspected.tolist() == [False, True, False, False]
    typical = np.array([True, True, True, False])  # anger's threshold rises from 0.75 to 0.9
    assert not judge(labels, probabilities, MOOD, typical=typical).suspected.any()
    only_ambiguous = np.array([True, True, False, False])
    assert judge(labels, probabilities, MOOD, typical=only_ambiguous).suspected.tolist() == [False, True, False, False]


def test_one_wrong_choice_of_several_makes_a_label_suspected() -> None:
    labels = np.array([[1, 0], [1, 0], [0, 1], [1, 1], [MASKED, MASKED]])
    probabilities = np.array([[0.9, 0.1], [0.9, 0.95], [0.1, 0.9], [0.9, 0.9], [0.5, 0.5]], np.float32)
    judged = judge(labels, probabilities, MOODS)
    assert judged.suspected.tolist() == [False, True, False, False, False]
    assert np.nanargmax(judged.scores) == 1
    assert np.isnan(judged.scores[4])


def test_planted_errors_stand_before_right_labels() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 3, 1000)
    probabilities = generator.dirichlet([1, 1, 1], 1000) * 0.5
    probabilities[np.arange(1000), truth] += 0.5
    labels = truth.copy()
    planted = generator.choice(1000, 50, replace=False)
    labels[planted] = (truth[planted] + generator.integers(1, 3, 50)) % 3
    judged = judge(labels, probabilities.astype(np.float32), MOOD)
    found = set(np.argsort(-judged.scores)[:50].tolist()) & set(planted.tolist())
    assert len(found) >= 48
    suspected = set(np.flatnonzero(judged.suspected).tolist())
    assert len(suspected) >= 20
    assert suspected <= set(planted.tolist())
