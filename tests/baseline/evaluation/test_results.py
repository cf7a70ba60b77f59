from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.release import read
from baseline.evaluation.results import results
from baseline.options import Options
from baseline.training.loop import train
from baseline.version import version

pytestmark = pytest.mark.torch


def test_results_state_their_origin(write_release: Callable[..., Path]) -> None:
    release = read(write_release())
    document = results(release, train(release, Options(epochs=1, seed=3)))
    assert document["version"] == version()
    assert document["release_sha256"] == release.checksum
    assert document["options"] == {
        "epochs": 1,
        "seed": 3,
        "context": 5,
        "features": "ngrams",
        "model": "multi-task",
    }
    assert document["rows"] == {"train": 240, "dev": 60, "test": 60}
    assert set(document["test"]) == {"sentiment", "moods", "moods_sentiment"}
    assert document["test"]["sentiment"]["majority"]["n"] == 60
