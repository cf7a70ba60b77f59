import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.release import Release, read
from baseline.errors import BaselineError, UsageError
from baseline.evaluation.predict import predict
from baseline.models.model import Model
from baseline.options import Options
from baseline.training import checkpoints
from baseline.training.loop import train

pytestmark = pytest.mark.torch

Write = Callable[..., Path]


@pytest.fixture
def release(write_release: Write) -> Release:
    return read(write_release())


@pytest.fixture
def saved(release: Release, tmp_path: Path) -> Model:
    """A model, saved in the folder "model"."""
    (tmp_path / "model").mkdir()
    model = train(release, Options(epochs=1, context=2))
    checkpoints.save(model, tmp_path / "model")
    return model


def test_loaded_model_equals_the_saved_one(saved: Model, release: Release, tmp_path: Path) -> None:
    loaded = checkpoints.load(tmp_path / "model", release)
    assert loaded.options == saved.options
    assert loaded.best_epoch == saved.best_epoch
    assert predict(loaded, release.rows["test"]) == predict(saved, release.rows["test"])


def test_checkpoint_names_its_model_and_features(saved: Model, tmp_path: Path) -> None:
    description = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert description["options"]["model"] == "multi-task"
    assert description["options"]["features"] == "ngrams"


def test_checkpoint_without_names_is_loaded_as_the_defaults(saved: Model, release: Release, tmp_path: Path) -> None:
    path = tmp_path / "model" / "model.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    for key in ("model", "features"):
        del description["options"][key]
    del description["version"]
    path.write_text(json.dumps(description), encoding="utf-8")
    old_names = {"encoder.weight": "grams.weight"} | {
        f"context.{part}_l0": f"walk.{part}_l0" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    weights = {old_names.get(name, name): weight for name, weight in saved.network.state_dict().items()}
    assert set(old_names.values()) <= set(weights)
    torch.save(weights, tmp_path / "model" / "model.pt")
    loaded = checkpoints.load(tmp_path / "model", release)
    assert loaded.options == saved.options
    assert predict(loaded, release.rows["test"]) == predict(saved, release.rows["test"])


@pytest.mark.parametrize("file", ["model.json", "model.pt"])
def test_folder_without_a_model_is_refused(saved: Model, release: Release, tmp_path: Path, file: str) -> None:
    (tmp_path / "model" / file).unlink()
    with pytest.raises(UsageError, match="contains no trained model"):
        checkpoints.load(tmp_path / "model", release)


@pytest.mark.parametrize("file", ["model.json", "model.pt"])
def test_damaged_file_is_reported(saved: Model, release: Release, tmp_path: Path, file: str) -> None:
    (tmp_path / "model" / file).write_text("{", encoding="utf-8")
    with pytest.raises(BaselineError, match="cannot be read"):
        checkpoints.load(tmp_path / "model", release)


def test_model_of_other_questions_is_refused(saved: Model, release: Release, tmp_path: Path) -> None:
    path = tmp_path / "model" / "model.json"
    path.write_text(path.read_text(encoding="utf-8").replace("sentiment", "valence"), encoding="utf-8")
    with pytest.raises(BaselineError, match="other questions"):
        checkpoints.load(tmp_path / "model", release)


def test_unknown_model_is_refused(saved: Model, release: Release, tmp_path: Path) -> None:
    path = tmp_path / "model" / "model.json"
    path.write_text(path.read_text(encoding="utf-8").replace("multi-task", "other"), encoding="utf-8")
    with pytest.raises(UsageError, match="Unknown model 'other'"):
        checkpoints.load(tmp_path / "model", release)
