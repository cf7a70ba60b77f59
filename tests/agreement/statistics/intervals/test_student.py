from statistics import NormalDist

import pytest

from agreement.statistics.intervals.student import t_quantile, t_within

# two-sided 95 % and 99 % quantiles as printed in every statistics table
PRINTED = {
    (0.95, 1): 12.706,
    (0.95, 2): 4.303,
    (0.95, 3): 3.182,
    (0.95, 4): 2.776,
    (0.95, 10): 2.228,
    (0.95, 29): 2.045,
    (0.95, 30): 2.042,
    (0.95, 120): 1.980,
    (0.99, 1): 63.657,
    (0.99, 7): 3.499,
    (0.99, 60): 2.660,
}


@pytest.mark.parametrize(("asked", "printed"), PRINTED.items())
def test_quantiles_are_the_printed_ones(asked: tuple[float, int], printed: float) -> None:
    assert t_quantile(*asked) == pytest.approx(printed, abs=0.0006)


def test_two_degrees_have_a_closed_form() -> None:
    p = 0.975
    assert t_quantile(0.95, 2) == pytest.approx((2 * p - 1) * (2 / (4 * p * (1 - p))) ** 0.5, abs=1e-10)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 49, 2999])
def test_quantile_undoes_the_probability(degrees: int) -> None:
    assert t_within(t_quantile(0.95, degrees), degrees) == pytest.approx(0.95, abs=1e-11)


def test_many_degrees_approach_the_normal_distribution() -> None:
    assert t_quantile(0.95, 100_000) == pytest.approx(NormalDist().inv_cdf(0.975), abs=3e-5)


@pytest.mark.parametrize(("coverage", "degrees"), [(0.0, 5), (1.0, 5), (0.95, 0)])
def test_invalid_arguments_are_refused(coverage: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="coverage must lie"):
        t_quantile(coverage, degrees)
