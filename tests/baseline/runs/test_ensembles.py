import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.data import release as releases
from baseline.models.networks import member_seed
from baseline.runs import store
from baseline.runs.store import Run

pytestmark = pytest.mark.torch

Write = Callable[..., Path]
SMALL = ["--features", "ngrams", "--epochs", "3", "--width", "8"]


def trained(release: Path, out: Path, model: str, *options: str) -> Run:
    assert main(["train", str(release), *SMALL, "--model", model, "--out", str(out), *options]) == 0
    opened = releases.read(release)
    runs = store.read(out / "runs", opened.checksum, opened.questions)
    return next(run for run in runs if run.name == model)


@pytest.mark.parametrize("model", ["single", "soft-sharing"])
def test_an_ensemble_predicts_the_mean_of_the_networks_with_the_seeds_of_its_members(
    write_release: Write, tmp_path: Path, model: str
) -> None:
    release = write_release()
    alone = [
        trained(release, tmp_path / str(number), model, "--seed", str(member_seed(4, number))) for number in range(2)
    ]
    both = trained(release, tmp_path / "both", model, "--seed", "4", "--members", "2")
    for name, facts in alone[0].details["trainings"].items():
        assert both.details["trainings"][name] == facts
        assert both.details["trainings"][f"{name}, member 2"] == alone[1].details["trainings"][name]
    for split, predictions in both.predictions.items():
        for slug, each in predictions.items():
            mean = np.mean([one.predictions[split][slug].probabilities for one in alone], axis=0)
            np.testing.assert_allclose(each.probabilities, mean, atol=1e-3)  # the files have half precision
            assert np.abs(each.probabilities - alone[0].predictions[split][slug].probabilities).max() > 5e-3


def test_members_of_all_seeds_differ() -> None:
    seeds = [member_seed(seed, number) for seed in range(20) for number in range(10)]
    assert len(set(seeds)) == 200
    assert [member_seed(seed, 0) for seed in range(20)] == list(range(20))


def test_the_report_says_how_many_networks_a_seed_has(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(write_release()), *SMALL, "--members", "2", "--out", str(tmp_path / "out")]
    assert main([*command, "--model", "single", "soft-sharing"]) == 0
    cost = capsys.readouterr().out.partition("Cost of a seed")[2].splitlines()
    assert {line.split()[0]: line.split()[2] for line in cost[2:6]} == {
        "majority": "–",
        "linear": "–",
        "single": "6",  # three questions
        "soft-sharing": "2",
    }
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["models"]["soft-sharing"]["options"]["members"] == 2
    picture = (tmp_path / "out" / "pictures" / "soft-sharing-sharing.svg").read_text(encoding="utf-8")
    assert "mean of 2 networks" in picture
