from dataclasses import replace

import numpy as np
import pytest

from baseline.evaluation.ceiling import ceiling
from tests.baseline.material import SENTIMENT, utterance


def test_raters_and_models_are_scored_against_the_majority_of_the_others() -> None:
    votes = [("positive", "positive", "positive"), ("negative", "negative", "positive")]
    rows = [
        replace(utterance(order=order), votes={"sentiment": dict(zip("abc", each, strict=True))})
        for order, each in enumerate(votes)
    ]
    perfect = np.array([2, 0])
    found = ceiling(rows, [range(2)], {"model": [perfect]}, SENTIMENT)
    # of the second row only c has a reference, since the others of a and b disagree: a and b are always right, c once
    assert found["n"] == 4
    assert found["human"]["weighted-f1"] == pytest.approx((1 + 1 + 2 * ((2 / 3 + 0) / 2)) / 4)  # type: ignore[index]
    assert found["models"]["model"]["macro-f1"] == pytest.approx(1)  # type: ignore[index]


def test_two_raters_have_no_ceiling() -> None:
    rows = [replace(utterance(), votes={"sentiment": {"a": "positive", "b": "positive"}})]
    assert ceiling(rows, [range(1)], {}, SENTIMENT) == {}
