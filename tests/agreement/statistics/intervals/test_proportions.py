import numpy as np
import pytest

from agreement.statistics.intervals.proportions import Proportion, Stratum, beta_below, clopper_pearson, stratified


@pytest.mark.parametrize(
    ("count", "units", "low", "high"),
    [
        (0, 10, 0.0, 0.30849710781876083),  # 1 - 0.025 ** (1 / 10)
        (10, 10, 0.6915028921812392, 1.0),
        (1, 20, 0.0012650894979, 0.2487327627),  # R: binom.test
        (5, 50, 0.03327509, 0.21813537),
    ],
)
def test_published_intervals(count: int, units: int, low: float, high: float) -> None:
    assert list(clopper_pearson(count, units)) == pytest.approx([low, high], abs=1e-7)


def test_the_incomplete_beta_function_has_its_closed_forms() -> None:
    for x in (0.01, 0.3, 0.9):
        assert beta_below(x, 1, 1) == pytest.approx(x)
        assert beta_below(x, 2, 1) == pytest.approx(x**2)
        assert beta_below(x, 1, 5) == pytest.approx(1 - (1 - x) ** 5)
        assert beta_below(x, 3.5, 8) + beta_below(1 - x, 8, 3.5) == pytest.approx(1)
    assert (beta_below(0, 2, 3), beta_below(1, 2, 3)) == (0, 1)


def sample(has: list[int], cluster: list[int] | None = None, population: int = 1000) -> Stratum:
    return Stratum(np.array(has), np.array(cluster or range(len(has))), population)


def width(found: Proportion) -> float:
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def test_units_of_their_own_clusters_have_the_plain_interval() -> None:
    found = stratified([sample([1] * 5 + [0] * 45)])
    assert (found.value, found.errors, found.units, found.clusters, found.population) == (0.1, 5, 50, 50, 1000)
    assert found.low == pytest.approx(0.0333, abs=1e-3)
    assert found.high == pytest.approx(0.2181, abs=1e-3)


def test_errors_that_cluster_widen_the_interval() -> None:
    spread = stratified([sample([1] * 5 + [0] * 45, [n % 25 for n in range(50)])])
    together = stratified([sample([1] * 5 + [0] * 45, [n // 5 for n in range(50)])])
    assert width(together) > 1.3 * width(spread)


def test_strata_count_by_their_populations() -> None:
    found = stratified([sample([0] * 20, population=9000), sample([1] * 10 + [0] * 10, population=1000)])
    assert found.value == pytest.approx(0.05)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.05 < found.high < 0.2


def test_no_error_found_is_not_no_error() -> None:
    found = stratified([sample([0] * 100)])
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(0.0362, abs=1e-3)


def test_without_a_sample_there_is_no_figure() -> None:
    assert stratified([sample([], population=7)]).value is None
    assert stratified([]).population == 0


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(300):
        dialogue = np.repeat(np.arange(60), 3)
        rate = rng.beta(0.5, 9.5, 60)[dialogue]  # 5 %, and dialogues differ
        found = stratified([Stratum((rng.random(180) < rate).astype(np.int64), dialogue, 10_000)])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.05 <= found.high
    assert hits >= 279  # 93 %
