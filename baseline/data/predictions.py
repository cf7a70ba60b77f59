"""Predictions of one model for the rows of one split, and their file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Question
from baseline.data.targets import Floats


@dataclass(frozen=True)
class Predictions:
    """Predictions for one question.

    Attributes:
        choices: int64 (rows) of class numbers, or (rows, classes) of 0 and 1 for a question with many answers.
        probabilities: float32 (rows, classes); for many answers each is the probability of its class alone.
    """

    choices: NDArray[np.int64]
    probabilities: Floats


LEAST = 1e-6  # of a probability whose logarithm is averaged
BySlug = dict[str, Predictions]


def decided(probabilities: Floats, question: Question, bias: Floats | None = None) -> Predictions:
    """Return the predictions of the most probable class, or of all classes above one half for many answers.

    Args:
        probabilities: float (rows, classes).
        question: the question.
        bias: (classes), added to the log-probabilities, or to the log-odds for many answers, before the decision.
    """
    logs = np.log(np.clip(probabilities, 1e-9, 1.0))
    if question.many:
        logs = logs - np.log(np.clip(1 - probabilities, 1e-9, 1.0))
    if bias is not None:
        logs = logs + bias
    choices = (logs > 0).astype(np.int64) if question.many else logs.argmax(axis=1)
    return Predictions(choices, probabilities.astype(np.float32))


def geometric_mean(first: Floats, second: Floats, question: Question) -> Floats:
    """Return the mean of two models' log-probabilities as probabilities, or of log-odds for many answers.

    Args:
        first: float (rows, classes), probabilities.
        second: the same of another model.
        question: the question.
    """
    logs = [np.log(np.clip(each, LEAST, 1.0)) for each in (first, second)]
    product = np.exp(np.mean(logs, axis=0))
    if question.many:
        against = np.exp(np.mean([np.log(np.clip(1 - each, LEAST, 1.0)) for each in (first, second)], axis=0))
        return np.asarray(product / (product + against), np.float32)
    return np.asarray(product / product.sum(axis=1, keepdims=True), np.float32)


def constant(rows: int, choice: NDArray[np.int64], probabilities: Floats) -> Predictions:
    """Return the same prediction for each of `rows` rows."""
    return Predictions(
        np.repeat(np.asarray(choice)[None], rows, axis=0),
        np.repeat(probabilities[None], rows, axis=0).astype(np.float32),
    )


def save(by_split: dict[str, BySlug], file: Path) -> None:
    """Write predictions as a compressed file of arrays, named SPLIT/QUESTION/choices and …/probabilities."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for split, predictions in by_split.items():
        for slug, each in predictions.items():
            arrays[f"{split}/{slug}/choices"] = each.choices.astype(np.int16)
            arrays[f"{split}/{slug}/probabilities"] = each.probabilities.astype(np.float16)
    with file.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


def load(file: Path, splits: Sequence[str], questions: Sequence[Question]) -> dict[str, BySlug]:
    """Read what `save` wrote; a split or question that the file lacks is left out."""
    with np.load(file) as arrays:
        names = set(arrays.files)
        return {
            split: {
                slug: Predictions(
                    arrays[f"{split}/{slug}/choices"].astype(np.int64),
                    arrays[f"{split}/{slug}/probabilities"].astype(np.float32),
                )
                for slug in (question.slug for question in questions)
                if f"{split}/{slug}/choices" in names
            }
            for split in splits
        }
