from dataclasses import replace

import numpy as np
import pytest

from agreement.statistics.answers.patterns import Patterns, from_codes, from_counts
from agreement.statistics.answers.ratings import Ratings, ratings
from agreement.statistics.intervals.by_dialogues import figure_of
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.intervals.figures import Figure
from agreement.statistics.measures.registry import MEASURES
from tests.agreement.statistics.figured import alpha, percent

LABELS = 3
NAMES = (
    ("alpha", "nominal"),
    ("alpha", "ordinal"),
    ("alpha", "interval"),
    ("fleiss", "nominal"),
    ("ac1", "nominal"),
    ("percent", "nominal"),
    ("percent_pooled", "nominal"),
    ("brennan_prediger", "nominal"),
    ("conger", "nominal"),
    ("light", "nominal"),
    ("ac2_linear", "ordinal"),
    ("conger_quadratic", "ordinal"),
    ("alpha_of_label", "nominal"),
    ("specific_agreement", "nominal"),
    ("cohen", "nominal"),
    ("cohen_linear", "ordinal"),
    ("scott", "nominal"),
)
CASES = [pytest.param(each, id="-".join(each)) for each in NAMES]


def corpus(dialogues: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Codes (N, 3) with a mood per dialogue and missing labels, and each utterance's dialogue (N,)."""
    rng = np.random.default_rng(seed)
    dialogue = np.repeat(np.arange(dialogues), rng.integers(2, 13, dialogues))
    mood = rng.dirichlet([0.5, 0.8, 0.4], dialogues)
    truth = (rng.random(len(dialogue))[:, None] > mood[dialogue].cumsum(axis=1)).sum(axis=1).clip(0, LABELS - 1)
    slip = rng.random((len(dialogue), 3)) < rng.beta(1, 3, dialogues)[dialogue][:, None]
    codes = np.where(slip, rng.integers(0, LABELS, slip.shape), truth[:, None])
    codes[rng.random(codes.shape) < 0.15] = -1
    return codes, dialogue


def rated(codes: np.ndarray, dialogue: np.ndarray, level: str) -> Ratings:
    values = [-2, 0, 1] if level == "interval" else None
    return ratings(codes, LABELS, dialogue, level=level, values=values)  # type: ignore[arg-type]


def estimate(name: str, given: Ratings) -> Estimate:
    return MEASURES[name].estimates(given)[-1]


def error_of(figure: Figure) -> float:
    assert figure.error is not None
    return figure.error


@pytest.fixture(scope="module")
def resampled() -> dict[tuple[str, str], float]:
    """Standard deviation of every measure over 500 resamples of the dialogues of `corpus(300)`."""
    codes, dialogue = corpus(300)
    of_dialogue = [codes[dialogue == one] for one in range(300)]
    rng = np.random.default_rng(8)
    drawn = []
    for _ in range(500):
        again = np.concatenate([of_dialogue[one] for one in rng.integers(0, 300, 300)])
        by_level = {level: rated(again, np.zeros(len(again)), level) for level in ("nominal", "ordinal", "interval")}
        drawn.append([estimate(name, by_level[level]).value for name, level in NAMES])
    return dict(zip(NAMES, np.std(np.array(drawn, dtype=float), axis=0), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_standard_error_is_that_of_a_dialogue_bootstrap(
    case: tuple[str, str], resampled: dict[tuple[str, str], float]
) -> None:
    name, level = case
    figure = figure_of(estimate(name, rated(*corpus(300), level)))
    assert error_of(figure) == pytest.approx(resampled[case], rel=0.08)


@pytest.mark.parametrize("case", CASES)
def test_influence_is_the_derivative(case: tuple[str, str]) -> None:
    name, level = case
    given = rated(*corpus(12), level)
    base = estimate(name, given)
    assert base.influence is not None
    assert base.basis is not None
    of_patterns = base.basis is given.patterns
    often = base.basis.times * 10**6  # whole numbers, large enough for small steps

    def with_times(times: np.ndarray) -> Ratings:
        profiles = given.profiles if of_patterns else replace(given.profiles, times=times)
        moved = Ratings(profiles, given.level, given.values)
        moved.__dict__["patterns"] = replace(given.patterns, times=times) if of_patterns else patterns_of(given, times)
        return moved

    influence = estimate(name, with_times(often)).influence
    assert influence is not None
    for row in range(0, len(influence), 5):
        step = 1000 * (np.arange(len(often)) == row)
        above, below = (float(estimate(name, with_times(often + each)).value or 0) for each in (step, -step))
        assert influence[row] * 2000 == pytest.approx(above - below, rel=1e-3, abs=1e-12)


def patterns_of(given: Ratings, times: np.ndarray) -> Patterns:
    """The patterns of profiles that occur so often."""
    of_row = np.empty(len(times), dtype=int)
    of_row[given.profiles.of_unit] = given.patterns.of_unit
    return replace(given.patterns, times=np.bincount(of_row, weights=times).astype(int))


def test_repetition_within_dialogues_widens_the_interval() -> None:
    codes, dialogue = corpus(100)
    clustered = alpha(from_codes(codes, LABELS, dialogue))
    apart = alpha(from_codes(codes, LABELS))
    assert clustered.value == apart.value
    assert error_of(clustered) > 1.2 * error_of(apart)


def test_the_interval_of_ten_dialogues_with_one_utterance_each_by_hand() -> None:
    codes = [[0, 0]] * 5 + [[1, 1]] * 4 + [[0, 1]]
    figure = percent(from_codes(codes, 2))
    assert figure.value == pytest.approx(0.9)
    assert figure.error == pytest.approx(0.1)
    assert (figure.low, figure.high, figure.note) == (None, None, "single_event")
    again = percent(from_codes([*codes, [0, 1]], 2))
    # 9 of 11 agree: the centred sums are 2/121 and -9/121, so (9*4 + 2*81)^2 / (9*16 + 2*6561) = 3 degrees of freedom
    t, share, size = 3.182446, 9 / 11, 10.0
    middle, reach = share + t * t / (2 * size), t * (share * (1 - share) / size + t * t / (4 * size * size)) ** 0.5
    assert again.low == pytest.approx((middle - reach) / (1 + t * t / size), abs=1e-4)
    assert again.high == pytest.approx((middle + reach) / (1 + t * t / size), abs=1e-4)
    assert (figure.n_units, figure.n_dialogues, figure.n_raters) == (10, 10, 2)


@pytest.mark.parametrize(
    ("counts", "dialogues"),
    [([[2, 2]], 3), ([[2, 2]], 5), ([[2, 3], [1, 1]], 3), ([[2, 3, 1], [3, 2, 0]], 5), ([[2, 3, 3]], 3)],
    ids=str,
)
def test_equal_dialogues_leave_no_rounding_noise_for_an_interval(counts: list[list[int]], dialogues: int) -> None:
    patterns = from_counts(counts * dialogues, np.repeat(np.arange(dialogues), len(counts)))
    figure = alpha(patterns)
    assert (figure.low, figure.high) == (None, None)
