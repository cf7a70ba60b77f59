from typing import Any

import numpy as np
import pytest

from agreement.presentation.interval_notes import is_grey, note_sentence, short_note
from agreement.statistics.answers.ratings import ratings
from agreement.statistics.measures.registry import MEASURES


def figures_of(dialogues: int, skill: float, seed: int) -> list[dict[str, Any]]:
    """Return all figures of simulated answers to one ordinal question."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, 8 * dialogues, p=[0.6, 0.3, 0.1])
    slips = rng.random((len(truth), 3)) >= skill
    codes = np.where(slips, rng.integers(0, 3, slips.shape), truth[:, None])
    rated = ratings(codes, 3, np.arange(len(truth)) // 8, level="ordinal")
    return [
        figure.rounded() for measure in MEASURES.values() if measure.applies(rated) for figure in measure.compute(rated)
    ]


@pytest.mark.parametrize("dialogues", range(2, 10))
@pytest.mark.parametrize("skill", [0.5, 0.97, 1.0])
def test_every_interval_from_a_few_dialogues_is_grey_and_says_why(dialogues: int, skill: float) -> None:
    with_interval = [
        each for seed in range(5) for each in figures_of(dialogues, skill, seed) if each["low"] is not None
    ]
    assert with_interval
    assert all(is_grey(each) for each in with_interval)
    assert {short_note(each) for each in with_interval} <= {
        "too few dialogues",
        "no disagreement, lower bound of too few dialogues",
    }
    assert all("so it is grey." in note_sentence(each) for each in with_interval)


def test_a_bound_of_enough_dialogues_is_not_grey() -> None:
    bounds = [
        each for each in figures_of(80, 1.0, 1) if each["note"] == "perfect" and int(str(each["n_carriers"])) > 24
    ]
    assert bounds
    assert not any(is_grey(each) for each in bounds)
    assert {short_note(each) for each in bounds} == {"no disagreement, lower bound"}
