from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from agreement.detectors.base import Detection, Kind
from agreement.detectors.collection import LEVEL, Look, detect_all, spent
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS, register
from benchmarks.detector_corpora import FAULTS, clean_corpus
from tests.agreement.detectors.material import answered
from tests.agreement.detectors.planted import SEED


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


def test_defaults_to_every_task_are_one_finding_although_the_links_vary() -> None:
    spoilt = FAULTS["defaults at the end"][0](clean_corpus(SEED, dialogues=480), SEED)
    assert spoilt.codebook
    assert spoilt.layout
    order = spoilt.order(0)
    rows, codes, rng = order[int(0.85 * len(order)) :], spoilt.codes.copy(), np.random.default_rng(0)
    for link in spoilt.codebook.links:
        start = next(each.start for each in spoilt.layout.columns if each.slug == link.slug)
        codes[0, rows, start] = rng.integers(0, len(link.values), len(rows))
    found = detect_all(replace(spoilt, codes=codes, _kept={}))
    tests = {name: cases for name, cases in found.items() if cases and DETECTORS[name].is_test}
    assert list(tests) == ["long_run"], "what the run explains is no drift and no carelessness"
    (case,) = tests["long_run"]
    assert (case.task, case.rater) == ("", "annotator-1")
    assert len(rows) <= case.extent_count <= len(rows) + 5
