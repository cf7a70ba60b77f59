"""Keep a trained model beside its figures, and take it up again."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from pathlib import Path

import torch

from baseline.dataset import Vocabulary
from baseline.faults import BadUsage, Fault
from baseline.release import Question, Release
from baseline.train import Options, Trained, new_model


def save(trained: Trained, release: Release, options: Options, folder: Path) -> None:
    """Write model.pt (weights) and model.json (all that is needed to rebuild it) into a folder that is there."""
    about = {
        "questions": [asdict(question) for question in release.questions],
        "options": asdict(options),
        "best_epoch": trained.best_epoch,
        "vocabulary": asdict(trained.vocabulary),
    }
    (folder / "model.json").write_text(json.dumps(about, ensure_ascii=False) + "\n", encoding="utf-8")
    torch.save(trained.model.state_dict(), folder / "model.pt")


def load(folder: Path, release: Release) -> tuple[Trained, Options]:
    """Read what `save` wrote, to be measured on a release with the same questions.

    Raises:
        BadUsage: the folder holds no model.
        Fault: the model cannot be read, or was trained for other questions.
    """
    if not (folder / "model.json").is_file() or not (folder / "model.pt").is_file():
        raise BadUsage(f"{folder} holds no trained model (model.json and model.pt).")
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        weights = torch.load(folder / "model.pt", weights_only=True)
    except (ValueError, RuntimeError, pickle.UnpicklingError) as error:
        raise Fault(f"The model in {folder} cannot be read: {error}") from error
    questions = tuple(Question(**{**entry, "classes": tuple(entry["classes"])}) for entry in about["questions"])
    if questions != release.questions:
        raise Fault(f"The model in {folder} was trained for other questions than this release asks.")
    vocabulary = Vocabulary(**about["vocabulary"])
    model = new_model(vocabulary, questions)
    model.load_state_dict(weights)
    return Trained(model, vocabulary, about["best_epoch"]), Options(**about["options"])
