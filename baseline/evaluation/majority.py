"""Predictions of the majority class, the simplest comparison for a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from baseline.data.predictions import Prediction, Predictions, as_prediction
from baseline.data.release import Question, Row


def predict_majority(train: Sequence[Row], rows: Sequence[Row], questions: Sequence[Question]) -> Predictions:
    """Predict the most frequent label of the training split for every row.

    Among equally frequent labels the first in the order of the codebook is used; for a question with many answers
    the label is a set of classes, and the last in alphabetical order is used.
    """
    return {question.slug: [_most_frequent(train, question)] * len(rows) for question in questions}


def _most_frequent(train: Sequence[Row], question: Question) -> Prediction:
    counts = Counter(as_prediction(label) for row in train if (label := row.labels.get(question.slug)) is not None)
    if question.many:
        return max(counts, key=lambda each: (counts[each], str(each)), default=frozenset())
    return max(question.classes, key=lambda each: counts[each])
