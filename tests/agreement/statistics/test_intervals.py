from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from agreement.statistics import intervals
from agreement.statistics.figures import Figure
from agreement.statistics.intervals import standard_error
from agreement.statistics.measures.ac1 import ac1
from agreement.statistics.measures.alpha import alpha, alpha_per_category
from agreement.statistics.measures.fleiss import fleiss
from agreement.statistics.measures.percent import percent, percent_pooled
from agreement.statistics.measures.specific_agreement import specific_agreement
from agreement.statistics.patterns import Patterns, from_codes, from_counts
from agreement.statistics.student import t_quantile

LABELS = 3
MEASURES: dict[str, Callable[[Patterns], Figure]] = {
    "alpha": alpha,
    "ordinal": lambda patterns: alpha(patterns, "ordinal"),
    "interval": lambda patterns: alpha(patterns, "interval", [-2, 0, 1]),
    "fleiss": fleiss,
    "ac1": ac1,
    "percent": percent,
    "percent_pooled": percent_pooled,
    "last label": lambda patterns: alpha_per_category(patterns)[-1],
    "specific": lambda patterns: specific_agreement(patterns)[-1],
}


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


def error_of(figure: Figure) -> float:
    assert figure.low is not None
    assert figure.high is not None
    return (figure.high - figure.low) / 2 / t_quantile(0.95, figure.n_dialogues - 1)


@pytest.fixture(scope="module")
def resampled() -> dict[str, float]:
    """Standard deviation of every measure over 500 resamples of the dialogues of `corpus(300)`."""
    codes, dialogue = corpus(300)
    of_dialogue = [codes[dialogue == one] for one in range(300)]
    rng = np.random.default_rng(8)
    drawn = []
    for _ in range(500):
        again = np.concatenate([of_dialogue[one] for one in rng.integers(0, 300, 300)])
        patterns = from_codes(again, LABELS, np.zeros(len(again)))
        drawn.append([measure(patterns).value for measure in MEASURES.values()])
    return dict(zip(MEASURES, np.std(np.array(drawn, dtype=float), axis=0), strict=True))


@pytest.mark.parametrize("name", MEASURES)
def test_standard_error_is_that_of_a_dialogue_bootstrap(name: str, resampled: dict[str, float]) -> None:
    codes, dialogue = corpus(300)
    figure = MEASURES[name](from_codes(codes, LABELS, dialogue))
    assert error_of(figure) == pytest.approx(resampled[name], rel=0.08)


@pytest.mark.parametrize("name", MEASURES)
def test_influence_is_the_derivative(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    influences: list[np.ndarray] = []

    def recording(patterns: Patterns, influence: np.ndarray) -> float | None:
        influences.append(influence)
        return standard_error(patterns, influence)

    def value_and_influence(patterns: Patterns) -> tuple[float, np.ndarray]:
        value = MEASURES[name](patterns).value
        assert value is not None
        return value, influences[-1]

    monkeypatch.setattr(intervals, "standard_error", recording)
    codes, dialogue = corpus(12)
    patterns = from_codes(codes, LABELS, dialogue)
    nudged = []
    for row in 1e-4 * np.eye(len(patterns.times)):
        above, below = (value_and_influence(replace(patterns, times=patterns.times + step))[0] for step in (row, -row))
        nudged.append((above - below) / 2e-4)
    assert value_and_influence(patterns)[1] == pytest.approx(np.array(nudged), abs=1e-8)


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
    assert figure.low == pytest.approx(0.9 - 2.26216 * 0.1, abs=1e-5)
    assert figure.high == 1.0
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
