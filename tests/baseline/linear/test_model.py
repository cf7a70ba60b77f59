from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.release import read
from baseline.linear.inputs import context_ngrams
from baseline.linear.model import LinearModels, folds, out_of_fold
from tests.baseline.material import SENTIMENT, release_rows, utterance

pytestmark = pytest.mark.torch


def test_no_dialogue_is_divided_between_folds() -> None:
    rows = [utterance(dialogue=f"d{number // 3}", order=number % 3) for number in range(60)]
    found = folds(rows)
    assert (found.reshape(20, 3) == found[::3, None]).all()
    assert sorted(np.bincount(found).tolist()) == [12] * 5


@pytest.mark.parametrize("context", [False, True], ids=["alone", "with context"])
def test_out_of_fold_predictions_know_nothing_of_their_own_labels(
    write_release: Callable[..., Path], *, context: bool
) -> None:
    rows = release_rows()
    for number, row in enumerate(rows["train"]):  # a word per row that would give its label away
        row["text"] = f"code{number // 4}x"
    models = LinearModels(read(write_release(rows)), context=context, kinds=["words"])
    probabilities = out_of_fold(models, SENTIMENT)["train"]
    labels = [row["labels"]["sentiment"]["label"] for row in rows["train"]]
    right = np.mean(
        [SENTIMENT.classes[guess] == label for guess, label in zip(probabilities.argmax(1), labels, strict=True)]
    )
    assert right < 0.5


def test_context_names_speakers_and_earlier_words_by_distance() -> None:
    rows = [utterance("好", order=1), utterance("坏", order=2, speaker="李"), utterance("", dialogue="e")]
    assert context_ngrams(rows) == [["speaker 王"], ["speaker 李", "1 other", "1 好"], ["speaker 王"]]
