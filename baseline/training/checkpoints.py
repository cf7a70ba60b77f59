"""Checkpoints: trained models as files."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from baseline.data.release import Question, Release
from baseline.data.vocabulary import Vocabulary
from baseline.errors import BaselineError, UsageError
from baseline.features.registry import FEATURES
from baseline.models.model import Model, untrained_model
from baseline.options import Options
from baseline.version import version

# Names of layers in the first checkpoints, whose options do not name a model -> present names
RENAMED_LAYERS = {"grams": "encoder", "walk": "context"}


def save(model: Model, folder: Path) -> None:
    """Write a model into an existing folder: model.pt (the weights) and model.json (everything else)."""
    description = {
        "version": version(),
        "questions": [asdict(question) for question in model.questions],
        "options": asdict(model.options),
        "best_epoch": model.best_epoch,
        "vocabulary": {**model.features.state(), "speakers": model.speakers.numbers},
    }
    (folder / "model.json").write_text(json.dumps(description, ensure_ascii=False) + "\n", encoding="utf-8")
    torch.save(model.network.state_dict(), folder / "model.pt")


def load(folder: Path, release: Release) -> Model:
    """Read a model that `save` wrote, for a release with the same questions.

    Raises:
        UsageError: the folder contains no model, or the model's features or network are not registered.
        BaselineError: the files cannot be read, or the model was trained for other questions.
    """
    if not (folder / "model.json").is_file() or not (folder / "model.pt").is_file():
        raise UsageError(f"{folder} contains no trained model (model.json and model.pt).")
    try:
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        weights = torch.load(folder / "model.pt", weights_only=True)
    except (ValueError, RuntimeError, pickle.UnpicklingError) as error:
        raise BaselineError(f"The model in {folder} cannot be read: {error}") from error
    questions = tuple(Question(**{**entry, "classes": tuple(entry["classes"])}) for entry in description["questions"])
    if questions != release.questions:
        raise BaselineError(
            f"The model in {folder} was trained for other questions than those of this release. Train a new model."
        )
    model = _untrained(description, questions)
    model.network.load_state_dict(weights if "model" in description["options"] else _renamed(weights))
    return replace(model, best_epoch=description["best_epoch"])


def _untrained(description: dict[str, Any], questions: tuple[Question, ...]) -> Model:
    options = Options(**description["options"])
    features = FEATURES.get(options.features).from_state(description["vocabulary"])
    return untrained_model(features, Vocabulary(description["vocabulary"]["speakers"]), questions, options)


def _renamed(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the weights of one of the first checkpoints under the present names of the layers."""
    renamed = {}
    for name, weight in weights.items():
        layer, _, parameter = name.partition(".")
        renamed[f"{RENAMED_LAYERS.get(layer, layer)}.{parameter}"] = weight
    return renamed
