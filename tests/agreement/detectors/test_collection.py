from collections.abc import Iterator
from itertools import pairwise

import pytest

from agreement.detectors.base import Detection, Kind
from agreement.detectors.collection import LEVEL, Look, detect_all, spent
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS, register
from tests.agreement.detectors.material import answered


class Coin(Kind):
    """A test with one case."""

    name = "coin"
    summary = case = "a coin"
    is_test = True
    p_value = 1e-4

    def detect(self, material: Material) -> Iterator[Detection]:  # noqa: ARG002 -- of the protocol
        yield Detection(
            rows={"utterances": []}, extent_count=1, extent_share=1, severity="note", p_value=self.p_value, identity=""
        )


@pytest.fixture
def coin() -> Iterator[Coin]:
    detector = Coin()
    register(detector)
    yield detector
    DETECTORS.unregister("coin")


MATERIAL = answered({"emotion": ["joy", "anger"] * 5})


def test_all_looks_together_spend_at_most_the_level_however_often_one_looks() -> None:
    answers = range(0, 200_000, 37)
    spending = [spent(after) - spent(before) for before, after in pairwise(answers)]
    assert min(spending) > 0
    assert sum(spending) <= 1
    assert spent(500) == pytest.approx(0.5)


def test_a_new_case_must_meet_the_level_of_the_look_and_a_known_one_that_of_the_collection(coin: Coin) -> None:
    tests = sum(detector.is_test for detector in DETECTORS)
    coin.p_value = 0.5 * LEVEL / tests
    assert detect_all(MATERIAL)["coin"]
    assert not detect_all(MATERIAL, Look(level=0.4))["coin"]
    assert detect_all(MATERIAL, Look(level=0.4, is_known=lambda name, _case: name == "coin"))["coin"]
    coin.p_value = 2 * LEVEL / tests
    assert not detect_all(MATERIAL, Look(is_known=lambda _name, _case: True))["coin"]
