"""The contracts of features and models: every entry of the registries passes, and others can add entries."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.data.predictions import constant
from baseline.data.release import read
from baseline.data.rows import HELD_OUT, SPLITS, Release
from baseline.features import minilm
from baseline.features.base import Bags, Features, Prepared, Setting, Vectors
from baseline.features.face_detector import PACKAGE
from baseline.features.registry import FEATURES
from baseline.features.sentences import is_installed
from baseline.models.base import Job, Model, Outcome
from baseline.models.registry import ALWAYS, DEFAULT, MODELS
from baseline.options import Options
from tests.baseline.features.clips import WITH_A_FACE, Picture, film_picture, stored_clip, tone
from tests.baseline.material import release_rows
from tests.conftest import missing

pytestmark = pytest.mark.torch

Write = Callable[..., Path]
OPTIONS = Options(features=("ngrams",), epochs=1, width=8)


class TextLength(Features):
    """The number of characters of the text."""

    name, modality = "text-length", "text"

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        rows = setting.release.rows
        return {split: Vectors(np.array([[len(row.text)] for row in rows[split]], np.float32)) for split in SPLITS}


class FirstClass(Model):
    """The first class of each question."""

    def run(self, job: Job) -> Outcome:
        found = {
            split: {
                question.slug: constant(
                    len(job.release.rows[split]),
                    np.zeros(len(question.classes), np.int64) if question.many else np.int64(0),  # type: ignore[arg-type]
                    np.eye(len(question.classes), dtype=np.float32)[0],
                )
                for question in job.release.questions
            }
            for split in HELD_OUT
        }
        return Outcome(found, {})


def run(model: Model, release: Release, workspace: Path, seed: int = 0) -> Outcome:
    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        features = FEATURES.get("ngrams")()
        return [(features.modality, features.prepare(Setting(release, workspace)))]

    return model.run(Job(release, OPTIONS, seed, workspace, prepare))


def with_clips(folder: Path, write_release: Write, picture: Picture = (200, 0, 0)) -> Path:
    """Return a release like the one in a folder, with the same clip for every utterance."""
    clip = stored_clip(folder, tone(200), [picture] * 4)
    rows = {split: each[:3] for split, each in release_rows().items()}
    for row in [row for split in rows.values() for row in split]:
        row["clip"] = clip
    release = write_release(rows, "with-clips")
    (folder / "clips").rename(release / "clips")
    return release


@pytest.fixture
def additions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FEATURES, "_entries", dict(FEATURES._entries))  # the registries of other tests stay as they are
    monkeypatch.setattr(MODELS, "_entries", dict(MODELS._entries))
    FEATURES.register("text-length", lambda: TextLength, summary="100 % of the text's length")
    MODELS.register("first-class", FirstClass, summary="100 % simple")


def test_default_models_are_registered() -> None:
    assert {DEFAULT, *ALWAYS} <= {entry.name for entry in MODELS}


@pytest.mark.parametrize(
    "load", [*(entry.load for entry in MODELS), FirstClass], ids=[*(e.name for e in MODELS), "added"]
)
def test_a_model_predicts_a_class_for_every_question_and_utterance(
    load: Callable[[], Model], write_release: Write, tmp_path: Path
) -> None:
    release = read(write_release())
    outcome = run(load(), release, tmp_path)
    json.dumps(outcome.details)
    for split in HELD_OUT:
        for question in release.questions:
            found = outcome.predictions[split][question.slug]
            rows, classes = len(release.rows[split]), len(question.classes)
            assert found.choices.shape == ((rows, classes) if question.many else (rows,))
            assert 0 <= found.choices.min() <= found.choices.max() < classes
            assert found.probabilities.shape == (rows, classes)
            assert np.isfinite(found.probabilities).all()
            if not question.many:
                np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("name", ["linear", "hard-sharing", "soft-sharing"])
def test_the_seed_determines_the_predictions(name: str, write_release: Write, tmp_path: Path) -> None:
    release = read(write_release())
    found = []
    for number, seed in enumerate((1, 1, 2)):
        workspace = tmp_path / str(number)
        workspace.mkdir()
        outcome = run(MODELS.get(name), release, workspace, seed)
        found.append(outcome.predictions["test"]["sentiment"].probabilities)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2]) != MODELS.get(name).has_seed


@pytest.mark.parametrize("load", [*(entry.load for entry in FEATURES), lambda: TextLength], ids=lambda load: "")
def test_features_represent_every_row_of_every_split(
    load: Callable[[], type[Features]], write_release: Write, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    features = load()()
    if features.name == "sentences" and not is_installed():
        missing("the sentence encoder (make baseline)")
    if features.name.startswith("minilm") and not minilm.is_installed():
        missing("the encoder MiniLM (`make minilm`)")
    folder = write_release()
    if features.name == "faces":
        if importlib.util.find_spec(PACKAGE) is None:
            missing("the search for faces (`make faces`)")
        shared = request.getfixturevalue("shared")
        folder = with_clips(folder, write_release, film_picture(shared, WITH_A_FACE))
    elif features.modality in {"audio", "video"}:
        folder = with_clips(folder, write_release)
    release = read(folder)
    prepared = features.prepare(Setting(release, tmp_path))
    for split in SPLITS:
        each = prepared[split]
        if not isinstance(each, Vectors):
            assert len(each.starts) == len(release.rows[split]) + 1
            assert (np.diff(each.starts) > 0).all()
        if isinstance(each, Bags):
            assert each.numbers.max() < each.size
        else:
            assert len(each.present) == len(release.rows[split])
            assert each.present.all()


def test_additions_are_listed_by_help(
    additions: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")  # names are divided at the end of a line
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "text-length (100 % of the text's length)" in text
    assert "first-class (100 % simple)" in text


def test_additions_can_be_trained_by_name(additions: None, write_release: Write, tmp_path: Path) -> None:
    command = ["train", str(write_release()), "--epochs", "1", "--width", "8", "--out", str(tmp_path / "out")]
    assert main([*command, "--model", "hard-sharing", "first-class", "--features", "text-length"]) == 0
    models = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["models"]
    assert list(models) == ["majority", "linear", "hard-sharing", "first-class"]
