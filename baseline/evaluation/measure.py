"""Comparison of predictions with the labels of a release."""

from __future__ import annotations

from collections.abc import Sequence

from baseline.data.predictions import Prediction, Predictions, as_prediction, as_set
from baseline.data.release import Question, Row
from baseline.evaluation import metrics


def measure(rows: Sequence[Row], predictions: Predictions, questions: Sequence[Question]) -> dict[str, metrics.Figures]:
    """Return the figures of each question.

    Args:
        rows: rows of one split; those without a label for a question are ignored in its figures.
        predictions: question -> one prediction per row, in the order of the rows.
        questions: the questions to measure.
    """
    return {question.slug: _measure_one(rows, predictions[question.slug], question) for question in questions}


def _measure_one(rows: Sequence[Row], predictions: Sequence[Prediction], question: Question) -> metrics.Figures:
    pairs = [
        (label, prediction)
        for label, prediction in zip((row.labels.get(question.slug) for row in rows), predictions, strict=True)
        if label is not None
    ]
    if question.many:
        return metrics.multiple(
            [as_set(label) for label, _ in pairs], [as_set(prediction) for _, prediction in pairs], question.classes
        )
    return metrics.single(
        [as_prediction(label) for label, _ in pairs],
        [prediction for _, prediction in pairs],
        question.classes,
        scale=question.has_distances,
    )
