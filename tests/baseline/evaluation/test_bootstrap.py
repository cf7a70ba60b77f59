import numpy as np
import pytest

from baseline.evaluation.bootstrap import Resampling, holm, interval, point
from baseline.measures.from_counts import accuracy
from tests.baseline.material import SENTIMENT


def of_dialogues(right: list[int], wrong: list[int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    found = np.zeros((len(right), 3, 4))
    found[:, 0, 0], found[:, 0, 1] = right, wrong
    return found


def test_holm_multiplies_the_smallest_by_all_and_never_decreases() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    corrected = holm([float("nan"), 0.5, 0.9])
    assert np.isnan(corrected[0])
    assert corrected[1:] == [1.0, 1.0]


def test_the_same_model_differs_from_itself_in_no_replicate() -> None:
    counted = [of_dialogues([5, 2, 7], [1, 3, 2])]
    drawn = Resampling(3, 1, 200)
    difference = drawn.replicates(counted, accuracy, SENTIMENT) - drawn.replicates(counted, accuracy, SENTIMENT)
    found = interval(0.0, difference)
    assert (found.low, found.high, found.p) == (0, 0, 1)


def test_the_spread_of_replicates_is_the_standard_error_over_dialogues() -> None:
    shares = np.random.default_rng(0).integers(0, 11, 100)
    counted = [of_dialogues(shares.tolist(), (10 - shares).tolist())]
    replicates = Resampling(100, 1, 4000).replicates(counted, accuracy, SENTIMENT)
    assert point(counted, accuracy, SENTIMENT)[0] == pytest.approx(shares.mean() / 10)
    assert replicates.std() == pytest.approx(shares.std() / 10 / np.sqrt(100), rel=0.06)


def test_seeds_are_drawn_as_well() -> None:
    seeds = [of_dialogues([10] * 5, [0] * 5), of_dialogues([0] * 5, [10] * 5)]
    replicates = Resampling(5, 2, 500).replicates(seeds, accuracy, SENTIMENT)
    assert set(replicates.tolist()) == {0.0, 0.5, 1.0}


def test_a_clear_difference_has_a_small_p_value() -> None:
    found = interval(0.2, np.linspace(0.1, 0.3, 999))
    assert found.p == pytest.approx(2 / 1000)
    assert 0.1 < found.low < found.high < 0.3


def test_fewer_seeds_than_drawn_are_refused_instead_of_counted_as_zero() -> None:
    seeds = [of_dialogues([10] * 5, [0] * 5)] * 2
    with pytest.raises(ValueError, match="broadcast"):
        Resampling(5, 3, 10).replicates(seeds, accuracy, SENTIMENT)


def test_a_single_dialogue_has_neither_an_interval_nor_a_p_value() -> None:
    drawn = Resampling(1, 1, 200)
    better, worse = ([of_dialogues([right], [3 - right])] for right in (3, 1))
    found = interval(0.7, drawn.replicates(better, accuracy, SENTIMENT) - drawn.replicates(worse, accuracy, SENTIMENT))
    assert np.isnan([found.low, found.high, found.p]).all()
