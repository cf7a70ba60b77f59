from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.statistics.answers.distances import Level
from agreement.statistics.answers.ratings import ratings
from agreement.statistics.intervals.by_dialogues import figure_of
from agreement.statistics.intervals.figures import FEW
from agreement.statistics.measures.alpha import alpha
from agreement.statistics.tabulation.parts import alpha_of_parts

SETS = (frozenset({"a"}), frozenset({"a", "b"}), frozenset({"b"}))


@given(st.integers(0, 10_000), st.sampled_from(list(get_args(Level))))
@settings(max_examples=30, deadline=None)
def test_the_weighted_mean_of_the_parts_is_the_whole(seed: int, level: Level) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, 3, (40, 3))
    dialogue = np.sort(rng.integers(0, 12, 40))
    values = SETS if level == "sets" else None
    rated = ratings(codes, 3, dialogue, level=level, values=values)
    part = rng.integers(0, 4, 12)[dialogue]
    whole = alpha(rated.patterns, level, values)
    figures = alpha_of_parts(rated, part, 4)
    assert whole.value is not None
    given_ = (codes >= 0).sum(axis=1)
    weights = [float(given_[(part == each) & (given_ >= 2)].sum()) for each in range(4)]
    values_of_parts = [0.0 if figure is None else figure.value or 0.0 for figure in figures]
    assert [figure is None for figure in figures] == [weight == 0 for weight in weights]
    assert np.average(values_of_parts, weights=weights) == pytest.approx(whole.value, abs=1e-12)


def test_the_interval_of_a_single_part_is_that_of_alpha_for_a_large_corpus() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 6000)
    codes = np.where(rng.random((6000, 3)) < 0.3, rng.integers(0, 3, (6000, 3)), truth[:, None])
    rated = ratings(codes, 3, np.arange(6000) // 6)
    (part,) = alpha_of_parts(rated, np.zeros(6000, dtype=np.int64), 1)
    whole = figure_of(alpha(rated.patterns))
    assert part is not None
    assert [part.low, part.high] == pytest.approx([whole.low, whole.high], abs=2e-3)
    assert (part.n_units, part.n_dialogues) == (6000, 1000)


def test_a_small_part_is_marked() -> None:
    rng = np.random.default_rng(5)
    rated = ratings(rng.integers(0, 2, (200, 2)), 2, np.arange(200) // 4)
    small, large = alpha_of_parts(rated, (np.arange(200) >= 40).astype(np.int64), 2)
    assert small is not None
    assert large is not None
    assert (small.note, large.note, small.n_dialogues) == (FEW, "", 10)


def test_without_variation_no_part_has_an_alpha() -> None:
    assert alpha_of_parts(ratings([[0, 0], [0, 0]], 2), np.array([0, 1]), 2) == [None, None]
