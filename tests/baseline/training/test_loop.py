from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.release import read
from baseline.errors import BaselineError, UsageError
from baseline.models.model import Model
from baseline.options import Options
from baseline.training import loop
from baseline.training.loop import train
from tests.baseline.material import release_row, release_rows, unlabelled_row

pytestmark = pytest.mark.torch

Write = Callable[..., Path]


def test_training_stops_without_improvement_and_returns_the_best_epoch(
    write_release: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = iter([0.1, 0.5, 0.4, 0.5, 0.3, 0.2, 0.9])
    weights = []

    def score(model: Model, release: object) -> float:
        weights.append(model.network.heads[0].bias.clone())
        return next(scores)

    monkeypatch.setattr(loop, "_dev_score", score)
    model = train(read(write_release()), Options(epochs=30))
    assert model.best_epoch == 2
    assert torch.equal(model.network.heads[0].bias, weights[1])
    assert len(weights) == 2 + loop.PATIENCE
    assert "Training stopped; the model of epoch 2 is used." in capsys.readouterr().err


def test_training_ends_after_the_last_epoch(write_release: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert 1 <= train(read(write_release()), Options(epochs=2)).best_epoch <= 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_unlabelled_minibatches_are_skipped(write_release: Write) -> None:
    unlabelled = [unlabelled_row() | {"dialogue": "long", "order": order} for order in range(loop.MINIBATCH_SIZE)]
    rows = release_rows() | {"train": [*unlabelled, release_row(2, 1, "neutral")]}
    assert train(read(write_release(rows)), Options(epochs=1)).best_epoch == 1


def test_training_split_without_labels_is_refused(write_release: Write) -> None:
    with pytest.raises(BaselineError, match="The training split has no labels"):
        train(read(write_release(release_rows() | {"train": [unlabelled_row()]})), Options(epochs=1))


def test_development_split_without_labels_is_refused(write_release: Write) -> None:
    with pytest.raises(BaselineError, match="The development split has no labels"):
        train(read(write_release(release_rows() | {"dev": [unlabelled_row()]})), Options(epochs=1))


def test_unknown_features_are_refused(write_release: Write) -> None:
    with pytest.raises(UsageError, match="Unknown features 'other'"):
        train(read(write_release()), Options(features="other"))
