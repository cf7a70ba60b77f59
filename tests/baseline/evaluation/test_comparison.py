from pathlib import Path

import numpy as np

from baseline.data.predictions import Predictions
from baseline.data.rows import Release
from baseline.data.targets import one_hot
from baseline.evaluation.comparison import Comparison, compare
from baseline.runs.store import Run
from tests.baseline.material import SENTIMENT, utterance

LABELS = np.array([0, 1, 2, 2])
ROWS = [utterance(dialogue=str(code), sentiment=SENTIMENT.classes[code]) for code in LABELS]
RELEASE = Release(Path("release"), "small", "", (SENTIMENT,), {"test": ROWS})


def run(seed: int, choices: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Run:
    predicted = Predictions(choices, one_hot(choices, SENTIMENT))
    return Run("name", "model", seed, "", "", {}, {}, {}, {"test": {"sentiment": predicted}})


def test_only_the_seeds_that_both_models_have_are_compared() -> None:
    same = [run(seed, LABELS) for seed in range(3)]
    more = [*same, run(3, (LABELS + 1) % 3), run(4, (LABELS + 1) % 3)]
    [found] = compare(RELEASE, {"a": more, "b": same}, Comparison([("a", "b")], "accuracy", ["sentiment"]))["rows"]
    assert (found["value"], found["low"], found["high"]) == (0, 0, 0)


def test_a_model_without_seeds_is_compared_with_each_seed_of_the_other() -> None:
    seeds = [run(0, LABELS), run(1, (LABELS + 1) % 3)]
    [found] = compare(
        RELEASE, {"a": seeds, "b": [run(0, LABELS)]}, Comparison([("a", "b")], "accuracy", ["sentiment"])
    )["rows"]
    assert (found["value"], found["low"], found["high"]) == (-0.5, -1, 0)
