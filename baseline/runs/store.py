"""The folder of runs: RUNS/NAME/seed-S with predictions.npz and run.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baseline.data.predictions import BySlug, load, save
from baseline.data.rows import HELD_OUT, Question
from baseline.models.base import Outcome

FORMAT = "concord-baseline-run/1"


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        name: row of the tables; the model's name unless another was given.
        model: name of the model.
        seed: its seed.
        key: digest of everything that it depends on.
        release_sha256: checksum of the release.
        options: its options.
        details: what the model reported.
        cost: `cpu_s` and `wall_s` of the run in seconds, `peak_mb` of the process in MiB.
        predictions: split -> question -> predictions.
    """

    name: str
    model: str
    seed: int
    key: str
    release_sha256: str
    options: dict[str, Any]
    details: dict[str, Any]
    cost: dict[str, float]
    predictions: dict[str, BySlug]


def folder(runs: Path, name: str, seed: int) -> Path:
    """Return the folder of a run."""
    return runs / name / f"seed-{seed}"


def is_finished(place: Path, key: str) -> bool:
    """Return whether the folder of a run has the results that the key stands for."""
    try:
        return bool(json.loads((place / "run.json").read_text(encoding="utf-8"))["key"] == key)
    except (OSError, ValueError, KeyError):
        return False


def write(place: Path, outcome: Outcome, description: dict[str, Any]) -> None:
    """Write the predictions of a run, and last its description, which marks it as finished."""
    save(outcome.predictions, place / "predictions.npz")
    unfinished = place / "run.unfinished"
    text = json.dumps({"format": FORMAT, **description, "details": outcome.details}, ensure_ascii=False, indent=1)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(place / "run.json")
    for checkpoint in place.glob("*.checkpoint"):
        checkpoint.unlink()


def read(runs: Path, release_sha256: str, questions: Sequence[Question]) -> list[Run]:
    """Return the finished runs of a release, by name and seed."""
    found = []
    for file in sorted(runs.glob("*/seed-*/run.json")):
        described = json.loads(file.read_text(encoding="utf-8"))
        if described.get("format") == FORMAT and described["release_sha256"] == release_sha256:
            fields = {name: described[name] for name in Run.__dataclass_fields__ if name != "predictions"}
            found.append(Run(**fields, predictions=load(file.with_name("predictions.npz"), HELD_OUT, questions)))
    return sorted(found, key=lambda run: (run.name, run.seed))
