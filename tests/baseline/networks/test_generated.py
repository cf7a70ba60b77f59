"""Generated corpora in which one part of the network alone can find the label."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.rows import HELD_OUT, SPLITS, Release, Row
from baseline.data.targets import codes
from baseline.features.base import Frames, Prepared, Setting, Vectors
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
    """Return dialogues with the label in the `text`, `voice`, the line `before` or the `other` speaker's last line.

    The label `chance` is in none of these places.
    """
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
                    "chance": random.integers(0, 2),
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
    return trained(release, {"audio": voices} if with_voice else {}, workspace, **changes)


def trained(release: Release, media: dict[str, dict[str, Prepared]], workspace: Path, **changes: object) -> float:
    """Train a network on the text and further modalities and return its accuracy on test."""
    options = replace(OPTIONS, **changes)  # type: ignore[arg-type]

    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        return [("text", NgramBags().prepare(Setting(release, workspace))), *media.items()]

    folder = workspace / str(len(list(workspace.iterdir())))
    folder.mkdir()
    outcome = NetworkModel("hard-sharing").run(Job(release, options, 0, folder, prepare))
    labels = codes(release.rows[HELD_OUT[1]], QUESTION)
    known = labels >= 0
    return float((outcome.predictions["test"]["emotion"].choices == labels)[known].mean())


def of_pairs(workspace: Path, **changes: object) -> dict[str, float]:
    """Train one network on seven labels, and return the accuracy on test of each.

    Three labels tell whether two of the words, the voice and the face agree, which neither of the two tells.
    """
    release, _ = generated("text")
    random = np.random.default_rng(1)
    media: dict[str, dict[str, Prepared]] = {"audio": {}, "video": {}}
    rows: dict[str, list[Row]] = {}
    for split, each in release.rows.items():
        words = np.array([QUESTION.classes.index(str(row.labels["emotion"])) for row in each])
        voice, mouth = random.integers(0, 2, (2, len(each)))
        values = {"words": words, "voice": voice, "face": mouth, "before": np.roll(words, 1)}
        values |= {"words-voice": words ^ voice, "words-face": words ^ mouth, "voice-face": voice ^ mouth}
        rows[split] = [
            replace(row, labels={slug: QUESTION.classes[of_slug[number]] for slug, of_slug in values.items()})
            for number, row in enumerate(each)
        ]
        for modality, signs in (("audio", voice), ("video", mouth)):
            vectors = np.column_stack([signs, random.normal(size=(len(each), 20))])
            media[modality][split] = Vectors(vectors.astype(np.float32))
    questions = tuple(replace(QUESTION, slug=slug) for slug in values)
    release = replace(release, rows=rows, questions=questions)
    folder = workspace / str(len(list(workspace.iterdir())))
    folder.mkdir()

    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        return [("text", NgramBags().prepare(Setting(release, folder))), *media.items()]

    options = replace(OPTIONS, epochs=8, dropout=0.3, **changes)  # type: ignore[arg-type]
    found = NetworkModel("hard-sharing").run(Job(release, options, 0, folder, prepare)).predictions["test"]
    return {
        each.slug: float((found[each.slug].choices == codes(release.rows["test"], each)).mean()) for each in questions
    }


def face(turned_up: bool, random: np.random.Generator) -> np.ndarray:
    """Return a picture of 32 pixels: in a room of any colour, somewhere, a mouth that is turned up or down."""
    picture = np.full((32, 32, 3), random.integers(60, 200, 3), np.float64) + random.normal(0, 4, (32, 32, 3))
    at = np.arange(-7, 8)
    bend = np.round((2.5 - 5 * (at / 7) ** 2) * (1 if turned_up else -1)).astype(int)
    row, column = random.integers(10, 22, 2)
    for thickness in range(2):
        picture[row + bend + thickness, column + at] = (150, 30, 40)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def test_fusion_finds_a_label_that_the_pictures_alone_tell(tmp_path: Path) -> None:
    release, _ = generated("chance")
    random = np.random.default_rng(1)
    voices: dict[str, Prepared] = {}
    faces: dict[str, Prepared] = {}
    for split, rows in release.rows.items():
        voices[split] = Vectors(random.normal(size=(len(rows), 200)).astype(np.float32))
        pixels = np.stack([face(row.labels["emotion"] == "anger", random) for row in rows])
        faces[split] = Frames(np.arange(len(rows) + 1), pixels)
    found = trained(release, {"audio": voices, "video": faces}, tmp_path, learning_rate=6e-3)
    assert found > 0.9
    assert trained(release, {"audio": voices}, tmp_path) < 0.65


@pytest.mark.parametrize("place", ["before", "other"])
def test_context_finds_a_label_that_other_utterances_alone_tell(place: str, tmp_path: Path) -> None:
    assert accuracy(place, tmp_path) > 0.9
    assert accuracy(place, tmp_path, context="none") < 0.65


def test_fusion_finds_a_label_that_the_voice_alone_tells(tmp_path: Path) -> None:
    assert accuracy("voice", tmp_path, with_voice=True) > 0.9
    assert accuracy("voice", tmp_path) < 0.65


def test_context_and_another_modality_cost_little_where_the_text_alone_tells_the_label(tmp_path: Path) -> None:
    assert accuracy("text", tmp_path, with_voice=True) > 0.97


def test_each_label_of_several_modalities_is_found_among_other_labels(tmp_path: Path) -> None:
    found = of_pairs(tmp_path)
    assert min(found[slug] for slug in ("words-voice", "words-face", "voice-face")) > 0.9
    assert min(found[slug] for slug in ("words", "voice", "face")) > 0.97
