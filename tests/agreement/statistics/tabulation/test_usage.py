import numpy as np
import pytest

from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.tabulation.usage import Usage, usage


def used(rated: Ratings) -> list[Usage]:
    return usage(rated.profiles, np.eye(rated.categories))


def test_shares_are_those_of_the_shared_utterances() -> None:
    first, second, third = used(ratings([[0, 0, 1], [0, 1, 1], [1, 1, -1], [0, -1, -1]], 2))
    assert (first.units, first.own.tolist(), first.others.tolist()) == (
        3,
        pytest.approx([2 / 3, 1 / 3]),
        pytest.approx([1 / 6, 5 / 6]),
    )
    assert (second.units, third.units) == (3, 2)
    assert third.own.tolist() == [0, 1]


def test_a_rater_without_shared_utterances_is_left_out() -> None:
    assert [each.rater for each in used(ratings([[0, 0, -1], [-1, -1, 1]], 2))] == [0, 1]


def test_the_interval_is_that_of_a_ratio_of_dialogue_totals() -> None:
    rng = np.random.default_rng(7)
    dialogue = np.repeat(np.arange(40), rng.integers(1, 9, 40))
    codes = rng.integers(0, 2, (len(dialogue), 2))
    found = used(ratings(codes, 2, dialogue))[0]
    difference = (codes[:, 0] == 0).astype(float) - (codes[:, 1] == 0)
    mean, size = difference.mean(), len(difference)
    sums = np.array([(difference[dialogue == each] - mean).sum() / size for each in range(40)])
    error = np.sqrt(40 / 39 * (sums**2).sum())
    assert found.own[0] - found.others[0] == pytest.approx(mean)
    assert (found.high[0] - found.low[0]) / 2 == pytest.approx(2.0227 * error, rel=1e-4)  # t of 39 degrees


def test_only_a_difference_beyond_chance_is_clear() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, 3000)
    codes = np.stack([truth, truth, truth], axis=1)
    noisy = rng.random(codes.shape) < 0.2
    codes[noisy] = rng.integers(0, 3, int(noisy.sum()))
    same = used(ratings(codes, 3, np.arange(3000) // 6))
    assert not any(each.clear.any() for each in same)
    codes[rng.random(3000) < 0.1, 0] = 2
    first = used(ratings(codes, 3, np.arange(3000) // 6))[0]
    assert first.clear.tolist() == [True, True, True]
    assert first.low[2] > 0
