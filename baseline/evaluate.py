"""Measure a model, and the majority class beside it, on the splits of a release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import torch

from baseline import metrics
from baseline.dataset import Vocabulary, batches, dialogues
from baseline.model import MultiTask, answers
from baseline.release import Label, Question, Row

BATCH = 512

Prediction = Hashable  # a class, or a frozenset of classes
Predictions = dict[str, list[Prediction]]


def measure(rows: Sequence[Row], predictions: Predictions, questions: Sequence[Question]) -> dict[str, metrics.Figures]:
    """Compare predictions, one per row and in the rows' order, with the labels that are there."""
    return {question.slug: _measure_one(rows, predictions[question.slug], question) for question in questions}


def _measure_one(rows: Sequence[Row], predicted: Sequence[Prediction], question: Question) -> metrics.Figures:
    pairs = [
        (label, guess)
        for label, guess in zip((row.labels.get(question.slug) for row in rows), predicted, strict=True)
        if label is not None
    ]
    if question.many:
        return metrics.multiple(
            [_set(label) for label, _ in pairs], [_set(guess) for _, guess in pairs], question.classes
        )
    return metrics.single(
        [_hashable(label) for label, _ in pairs],
        [guess for _, guess in pairs],
        question.classes,
        scale=question.kind == "link",
    )


def predict(
    model: MultiTask, rows: Sequence[Row], vocabulary: Vocabulary, questions: Sequence[Question], *, context: int
) -> Predictions:
    """Return the model's answers to every question, one per row and in the rows' order."""
    model.eval()
    talks = dialogues(rows)
    found: dict[str, list[Prediction]] = {question.slug: [] for question in questions}
    with torch.no_grad():
        for batch in batches(talks, vocabulary, questions, context=context, size=BATCH):
            logits = model(batch)
            for question in questions:
                found[question.slug].extend(_decoded(answers(logits[question.slug], question), question))
    places = {id(row): place for place, row in enumerate(row for talk in talks for row in talk)}
    return {slug: [values[places[id(row)]] for row in rows] for slug, values in found.items()}


def majority(train: Sequence[Row], rows: Sequence[Row], questions: Sequence[Question]) -> Predictions:
    """Answer every row with the most frequent label of the training split (the first in order among equals)."""
    return {question.slug: [_most_frequent(train, question)] * len(rows) for question in questions}


def _most_frequent(train: Sequence[Row], question: Question) -> Prediction:
    counts = Counter(_hashable(label) for row in train if (label := row.labels.get(question.slug)) is not None)
    if question.many:
        return max(counts, key=lambda each: (counts[each], str(each)), default=frozenset())
    return max(question.classes, key=lambda each: counts[each])


def _hashable(label: Label) -> Prediction:
    return frozenset(label) if isinstance(label, list) else label


def _set(answer: Label | Prediction) -> frozenset[Hashable]:
    return frozenset(answer) if isinstance(answer, list | frozenset) else frozenset([answer])


def _decoded(numbers: torch.Tensor, question: Question) -> list[Prediction]:
    if not question.many:
        return [question.classes[number] for number in numbers.tolist()]
    return [
        frozenset(value for value, mark in zip(question.classes, marks, strict=True) if mark)
        for marks in numbers.tolist()
    ]
