"""Scores of anyone's predictions, from a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from baseline.data.predictions import BySlug, Predictions
from baseline.data.rows import HELD_OUT, Label, Question, Release
from baseline.data.targets import MASKED, encode, one_hot
from baseline.errors import BaselineError, UsageError
from baseline.models.base import Job
from baseline.models.frequencies import Majority
from baseline.options import Options
from baseline.runs.store import Run

Record = dict[str, Any]
NO_COST = {"cpu_s": 0.0, "wall_s": 0.0, "peak_mb": 0.0}


def read(release: Release, file: Path, split: str) -> Run:
    """Read predictions for every utterance of a split.

    Args:
        release: the release.
        file: `.jsonl` with `id` and an object `labels` of question -> label, and optionally `probabilities` of
            question -> class -> probability; or `.csv` with the columns `id` and one per question, several answers as
            a JSON list.
        split: "dev" or "test".

    Raises:
        UsageError: there is no such file.
        BaselineError: an utterance is missing or unknown, or a prediction is no class of its question.
    """
    records = {str(each["id"]): each for each in _records(file, release.questions)}
    rows = release.rows[split]
    missing = [row.id for row in rows if row.id not in records]
    if missing:
        raise BaselineError(
            f"{file} has no prediction for {len(missing)} of {len(rows)} utterances of {split}, {missing[0]!r} first."
        )
    predicted: BySlug = {}
    for question in release.questions:
        labels = [records[row.id]["labels"].get(question.slug) for row in rows]
        if any(label is not None for label in labels):
            shares = [(records[row.id].get("probabilities") or {}).get(question.slug) for row in rows]
            predicted[question.slug] = _predictions(labels, shares, question, file)
    if not predicted:
        slugs = ", ".join(question.slug for question in release.questions)
        raise BaselineError(f"{file} answers no question of this release. Its questions are: {slugs}.")
    empty: dict[str, BySlug] = {each: {} for each in HELD_OUT}
    return Run(file.stem, file.stem, 0, "", release.checksum, {}, {}, NO_COST, {**empty, split: predicted})


def _predictions(labels: list[Label], shares: list[Any], question: Question, file: Path) -> Predictions:
    choices = encode([_label(label, question) for label in labels], question)
    unknown = np.flatnonzero((choices if choices.ndim == 1 else choices[:, 0]) == MASKED)
    if len(unknown):
        raise BaselineError(
            f"{file} predicts {labels[int(unknown[0])]!r} for {question.slug}. "
            f"Predict one of its classes for every utterance: {', '.join(map(str, question.classes))}."
        )
    if any(each is None for each in shares):
        return Predictions(choices, one_hot(choices, question))
    found = np.array([[float(each.get(str(value), 0)) for value in question.classes] for each in shares], np.float32)
    return Predictions(choices, found)


def _label(label: Any, question: Question) -> Label:
    if isinstance(label, str) and question.kind == "link":
        return int(label) if label.lstrip("+-").isdigit() else label
    return label  # type: ignore[no-any-return]


def _records(file: Path, questions: Iterable[Question]) -> list[Record]:
    if not file.is_file():
        raise UsageError(f"{file} does not exist.")
    try:
        if file.suffix == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as stream:
                return [_from_csv(each, list(questions)) for each in csv.DictReader(stream)]
        # bytes, because text has further line ends, such as U+2028
        return [json.loads(line) for line in file.read_bytes().splitlines() if line.strip()]
    except (ValueError, KeyError) as error:
        raise BaselineError(f"{file} cannot be read: {error}.") from error


def _from_csv(record: dict[str, str], questions: list[Question]) -> Record:
    labels: dict[str, Any] = {}
    for question in questions:
        if cell := record.get(question.slug):
            labels[question.slug] = json.loads(cell) if question.many else cell
    return {"id": record["id"], "labels": labels}


def majority(release: Release) -> Run:
    """Return the predictions of the majority class, which belong beside every figure."""
    options = Options(features=())
    outcome = Majority().run(Job(release, options, 0, Path(), list))
    return Run("majority", "majority", 0, "", release.checksum, {}, {}, NO_COST, outcome.predictions)
