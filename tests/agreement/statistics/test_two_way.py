import numpy as np
import pytest

from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.intervals.by_dialogues import figures_of
from agreement.statistics.intervals.figures import Figure
from agreement.statistics.measures.registry import MEASURES
from agreement.statistics.measures.set_alphas import (
    dkpro_masi_distances,
    jaccard_distances,
    passonneau_2004_distances,
)
from agreement.statistics.two_way import two_way, without_each

ALPHA = MEASURES["alpha"]


def corpus(skills: list[float], dialogues: int = 80) -> Ratings:
    rng = np.random.default_rng(6)
    truth = rng.integers(0, 3, dialogues * 5)
    other = rng.integers(0, 3, (len(truth), len(skills)))
    codes = np.where(rng.random(other.shape) < skills, truth[:, None], other)
    return ratings(codes, 3, np.arange(len(truth)) // 5)


def widened(given: Ratings) -> Figure:
    estimates = ALPHA.estimates(given)
    return two_way(estimates, figures_of(estimates), without_each(ALPHA, given))[0]


def test_annotators_who_differ_widen_the_interval_more_than_those_who_are_alike() -> None:
    alike, unlike = widened(corpus([0.7] * 6)), widened(corpus([0.1, 0.9, 0.9, 0.3, 0.95, 0.7]))
    for figure in (alike, unlike):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.wide_low is not None
        assert figure.wide_high is not None
        assert figure.wide_low <= figure.low < figure.high <= figure.wide_high

    def reach(figure: Figure) -> float:
        return (figure.wide_high or 0) - (figure.wide_low or 0)

    assert reach(unlike) > 2 * reach(alike)


def test_two_annotators_have_no_wide_interval() -> None:
    assert widened(corpus([0.8, 0.8])).wide_low is None


def test_distances_of_sets_by_hand() -> None:
    sets = [frozenset(each) for each in ("a", "ab", "bc", "c", "")]
    upper = np.triu_indices(5, 1)
    half, third = 1 / 2, 2 / 3
    assert jaccard_distances(sets)[upper] == pytest.approx([half, 1, 1, 1, third, 1, 1, half, 1, 1])
    assert passonneau_2004_distances(sets)[upper] == pytest.approx([1 / 3, 1, 1, 1, third, 1, 1, 1 / 3, 1, 1])
    assert dkpro_masi_distances(sets)[upper] == pytest.approx([1 / 6, 1, 1, 1, 4 / 9, 1, 1, 1 / 6, 1, 1])
