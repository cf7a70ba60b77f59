from dataclasses import replace

import numpy as np
import pytest

from agreement.statistics.answers.patterns import Patterns, from_codes
from agreement.statistics.intervals.figures import FEW
from agreement.statistics.intervals.planning import more_dialogues
from tests.agreement.statistics.figured import alpha


def corpus(dialogues: int, seed: int) -> Patterns:
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, (dialogues * 5, 1), p=[0.6, 0.3, 0.1])
    codes = np.where(rng.random((len(truth), 3)) < 0.7, truth, rng.integers(0, 3, (len(truth), 3)))
    return from_codes(codes, 3, np.repeat(np.arange(dialogues), 5))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_so_many_more_dialogues_make_the_interval_as_narrow(seed: int) -> None:
    more = more_dialogues(alpha(corpus(60, seed)), 0.03)
    assert more is not None
    assert more > 60
    grown = alpha(corpus(60 + more, seed + 100))
    assert grown.low is not None
    assert grown.high is not None
    assert (grown.high - grown.low) / 2 == pytest.approx(0.03, rel=0.12)


def test_a_narrow_interval_needs_no_more_dialogues() -> None:
    assert more_dialogues(alpha(corpus(2000, 1)), 0.05) == 0


def test_nothing_is_extrapolated_from_too_few_dialogues() -> None:
    few = alpha(corpus(8, 1))
    assert few.note == FEW
    assert more_dialogues(few) is None
    assert more_dialogues(replace(few, note=""))


@pytest.mark.parametrize("codes", [[[0, 0], [0, 0]], [[0, 1]], [[0, 0], [1, 1]]], ids=["constant", "one", "a bound"])
def test_without_an_interval_to_start_from_the_number_is_unknown(codes: list[list[int]]) -> None:
    assert more_dialogues(alpha(from_codes(codes, 2))) is None
