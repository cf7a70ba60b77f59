import numpy as np
import pytest

from agreement.statistics.prevalence import weighted_shares


def test_shares_are_those_of_the_population_from_which_utterances_were_drawn() -> None:
    # of 40 utterances in one stratum 4 are labelled, of 10 in the other all: weights 10 and 1
    codes = np.array([[0], [0], [1], [1], *[[0]] * 2, *[[1]] * 8])
    weight = np.array([10.0] * 4 + [1.0] * 10)
    assert weighted_shares(codes, 2, weight) == pytest.approx([(20 + 2) / 50, (20 + 8) / 50])


def test_equal_weights_give_raw_shares_of_compared_utterances() -> None:
    codes = np.array([[0, 1], [0, 0], [1, -1]])
    assert weighted_shares(codes, 2, np.full(3, 7.0)) == pytest.approx([0.75, 0.25])


def test_without_answers_all_shares_are_zero() -> None:
    assert weighted_shares(np.full((2, 2), -1), 2, np.ones(2)).tolist() == [0, 0]
