"""Generated corpora in which one part of the network alone can find the label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.rows import HELD_OUT, SPLITS, Release, Row
from baseline.data.targets import codes
from baseline.features.base import Prepared, Setting, Vectors
from baseline.features.ngrams import NgramBags
from baseline.models.base import Job
from baseline.models.networks import NetworkModel
from baseline.options import Options
from tests.baseline.material import EMOTION

pytestmark = pytest.mark.torch

SIZES = {"train": 100, "dev": 30, "test": 30}  # dialogues
LENGTH = 4
OPTIONS = Options(
    features=("ngrams",), width=32, epochs=16, patience=16, dropout=0.1, learning_rate=0.01, label_smoothing=0.0
)
QUESTION = replace(EMOTION, classes=("joy", "anger"))


def generated(place: str) -> tuple[Release, dict[str, Prepared]]:
    """Return dialogues with the label in the `text`, `voice`, the line `before` or the `other` speaker's last line."""
    random = np.random.default_rng(0)
    rows: dict[str, list[Row]] = {}
    voices: dict[str, Prepared] = {}
    for split in SPLITS:
        rows[split], vectors = [], []
        for dialogue in range(SIZES[split]):
            marks = random.integers(0, 2, LENGTH)
            voice = random.integers(0, 2, LENGTH)
            speakers = [0, *random.integers(0, 2, LENGTH - 1).tolist()]
            for order in range(LENGTH):
                of_other = [marks[number] for number in range(order) if speakers[number] != speakers[order]]
                label = {
                    "text": marks[order],
                    "voice": voice[order],
                    "before": marks[order - 1] if order else None,
                    "other": of_other[-1] if of_other else None,
                }[place]
                labels = {"emotion": None if label is None else str(QUESTION.classes[int(label)])}
                name = f"{split}-{dialogue}"
                text = ("yes", "no")[marks[order]]
                rows[split].append(Row(f"{name}-{order}", name, order, f"s{speakers[order]}", text, {**labels}))
                vectors.append([float(voice[order]), random.normal()])
        voices[split] = Vectors(np.array(vectors, np.float32))
    return Release(Path(), "generated", "", (QUESTION,), rows), voices


def accuracy(place: str, workspace: Path, *, with_voice: bool = False, **changes: object) -> float:
    """Train a network and return its accuracy on test."""
    release, voices = generated(place)
    options = replace(OPTIONS, **changes)  # type: ignore[arg-type]

    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        text = ("text", NgramBags().prepare(Setting(release, workspace)))
        return [text, ("audio", voices)] if with_voice else [text]

    folder = workspace / str(len(list(workspace.iterdir())))
    folder.mkdir()
    outcome = NetworkModel("hard-sharing").run(Job(release, options, 0, folder, prepare))
    labels = codes(release.rows[HELD_OUT[1]], QUESTION)
    known = labels >= 0
    return float((outcome.predictions["test"]["emotion"].choices == labels)[known].mean())


@pytest.mark.parametrize("place", ["before", "other"])
def test_context_finds_a_label_that_other_utterances_alone_tell(place: str, tmp_path: Path) -> None:
    assert accuracy(place, tmp_path) > 0.9
    assert accuracy(place, tmp_path, context="none") < 0.65


def test_fusion_finds_a_label_that_the_voice_alone_tells(tmp_path: Path) -> None:
    assert accuracy("voice", tmp_path, with_voice=True) > 0.9
    assert accuracy("voice", tmp_path) < 0.65


def test_context_and_another_modality_cost_little_where_the_text_alone_tells_the_label(tmp_path: Path) -> None:
    assert accuracy("text", tmp_path, with_voice=True) > 0.97
