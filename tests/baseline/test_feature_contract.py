"""The contract of features: every entry of the registry must pass, and entries can be added from another file."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.cli import main
from baseline.data.release import Row
from baseline.features.base import Features
from baseline.features.registry import DEFAULT, FEATURES
from tests.baseline.material import utterance

pytestmark = pytest.mark.torch

Write = Callable[..., Path]

ROWS = [utterance("好 good", order=1), utterance("", order=2), utterance("好 good bad", order=3)]


class TextLength(Features):
    """The number of characters of the text, relative to the longest text in the training split."""

    width = 1

    def __init__(self, longest: int) -> None:
        self.longest = longest

    @classmethod
    def fit(cls, rows: Iterable[Row]) -> "TextLength":
        return cls(max(len(row.text) for row in rows))

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "TextLength":
        return cls(state["longest"])

    def state(self) -> dict[str, Any]:
        return {"longest": self.longest}

    def encode(self, rows: Sequence[Row]) -> tuple[torch.Tensor, ...]:
        return (torch.tensor([[len(row.text) / self.longest] for row in rows]),)

    def encoder(self) -> torch.nn.Module:
        return torch.nn.Identity()


@pytest.fixture(params=[*FEATURES, TextLength], ids=lambda entry: getattr(entry, "name", "dummy"))
def features_class(request: pytest.FixtureRequest) -> type[Features]:
    entry: type[Features] = request.param if isinstance(request.param, type) else request.param.load()
    return entry


@pytest.fixture
def features(features_class: type[Features]) -> Features:
    return features_class.fit([*ROWS, *ROWS])


def vectors(features: Features, rows: Sequence[Row]) -> torch.Tensor:
    torch.manual_seed(0)
    encoder = features.encoder()
    encoder.eval()
    with torch.no_grad():
        output: torch.Tensor = encoder(*features.encode(rows))
    return output


def test_default_is_registered() -> None:
    assert DEFAULT in [entry.name for entry in FEATURES]


def test_encoder_returns_one_vector_per_row(features: Features) -> None:
    output = vectors(features, ROWS)
    assert output.shape == (len(ROWS), features.width)
    assert output.dtype == torch.float32
    assert torch.isfinite(output).all()


def test_vector_of_a_row_does_not_depend_on_other_rows(features: Features) -> None:
    together = vectors(features, ROWS)
    alone = torch.cat([vectors(features, [row]) for row in ROWS])
    assert torch.allclose(together, alone, atol=1e-6)


def test_vector_does_not_depend_on_labels(features: Features) -> None:
    labelled = [utterance(row.text, order=row.order, sentiment="positive") for row in ROWS]
    assert torch.equal(vectors(features, ROWS), vectors(features, labelled))


def test_rows_outside_the_training_split_can_be_encoded(features: Features) -> None:
    assert torch.isfinite(vectors(features, [utterance("新 new", speaker="赵")])).all()


def test_state_restores_the_features(features: Features, features_class: type[Features]) -> None:
    state = json.loads(json.dumps(features.state()))
    assert "speakers" not in state
    restored = features_class.from_state(state)
    assert torch.equal(vectors(restored, ROWS), vectors(features, ROWS))


def test_fit_is_deterministic(features: Features, features_class: type[Features]) -> None:
    assert features_class.fit([*ROWS, *ROWS]).state() == features.state()


def test_every_encoder_is_a_new_module(features: Features) -> None:
    assert features.encoder() is not features.encoder()


@pytest.mark.parametrize("name", [*(entry.name for entry in FEATURES), "text-length"])
def test_features_can_be_trained_and_evaluated_by_name(
    name: str,
    write_release: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(FEATURES, "_entries", dict(FEATURES._entries))  # the registry of other tests stays as it is
    FEATURES.register("text-length", lambda: TextLength, summary="length of the text, for tests")
    release, out = str(write_release()), tmp_path / "out"
    assert main(["train", release, "--features", name, "--epochs", "1", "--out", str(out)]) == 0
    trained = capsys.readouterr().out
    assert main(["evaluate", release, "--model", str(out)]) == 0
    assert capsys.readouterr().out == trained
    assert json.loads((out / "metrics.json").read_text(encoding="utf-8"))["options"]["features"] == name


def test_added_features_are_listed_by_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(FEATURES, "_entries", dict(FEATURES._entries))
    FEATURES.register("text-length", lambda: TextLength, summary="100 % of the text's length")
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "text-length (100 % of the text's length)" in " ".join(capsys.readouterr().out.split())
