from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.data import release as releases
from baseline.runs import store

pytestmark = pytest.mark.torch

Write = Callable[..., Path]


def test_a_mixture_is_a_row_of_its_own_and_nothing_is_trained_again_for_it(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release, out = write_release(), tmp_path / "out"
    command = ["train", str(release), "--features", "ngrams", "--epochs", "1", "--width", "8", "--out", str(out)]
    assert main([*command, "--mixtures", "--seeds", "2"]) == 0
    printed = capsys.readouterr()
    assert "Share of each seed's network in its mixture" in printed.out
    opened = releases.read(release)
    runs = {(run.name, run.seed): run for run in store.read(out / "runs", opened.checksum, opened.questions)}
    assert set(runs) == {
        ("majority", 0),
        ("linear", 0),
        *((name, seed) for name in ("hard-sharing", "hard-sharing + linear") for seed in range(2)),
    }
    # One epoch of eight units is worse than the linear model, which knows every word: so that one decides.
    linear, mixture = runs["linear", 0], runs["hard-sharing + linear", 1]
    assert {each["share"] for each in mixture.details["mixture"].values()} == {0}
    for slug, each in linear.predictions["test"].items():
        np.testing.assert_array_equal(mixture.predictions["test"][slug].choices, each.choices)

    assert main([*command, "--mixtures", "--seeds", "2"]) == 0
    again = capsys.readouterr().err
    assert "epoch" not in again
    assert again.count("finished before") == 4
