import numpy as np
import pytest

from agreement.statistics.disagreement import disagreement, pair_weights


def test_two_answers_drawn_by_chance_disagree_by_one_on_average_on_every_scale() -> None:
    counts = np.array([50, 30, 15, 5])
    share = (counts + 0.5) / (counts.sum() + 2)
    flat = -np.log2(share) @ share
    for level in ("nominal", "ordinal", "interval"):
        weights = pair_weights(level, counts)
        rarity = (-np.log2(share)[:, None] - np.log2(share)) / (2 * flat)
        assert share @ (weights / rarity) @ share == pytest.approx(1)
        assert np.allclose(weights, weights.T)
        assert not weights.diagonal().any()


def test_a_split_on_a_rare_class_weighs_more_than_a_near_miss_on_an_ordinal_scale() -> None:
    near_miss = pair_weights("ordinal", np.array([30, 40, 30]))[0, 1]
    emotion = pair_weights("nominal", np.array([60, 20, 15, 4, 1]))
    frequent, rare = emotion[0, 1], emotion[3, 4]
    assert near_miss < frequent < rare


def test_answers_nobody_ever_differed_in_have_equal_weights() -> None:
    assert pair_weights("nominal", np.zeros(0, dtype=np.int64)).shape == (0, 0)
    assert pair_weights("nominal", np.array([7])).tolist() == [[0.0]]


def test_the_mean_is_over_all_pairs() -> None:
    weights = np.array([[0.0, 3.0], [3.0, 0.0]])
    assert disagreement(weights, [0, 0, 1]) == 2
    assert disagreement(weights, [0, 1]) == 3
    assert disagreement(weights, [1]) == disagreement(weights, []) == 0
