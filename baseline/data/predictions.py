"""Predictions, in the form in which they are compared with labels."""

from __future__ import annotations

from collections.abc import Hashable

from baseline.data.release import Label

Prediction = Hashable  # a class, or a frozenset of classes for a question with many answers
Predictions = dict[str, list[Prediction]]  # question -> one prediction per row


def as_prediction(label: Label) -> Prediction:
    """Return a label in the form of a prediction."""
    return frozenset(label) if isinstance(label, list) else label


def as_set(value: Label | Prediction) -> frozenset[Hashable]:
    """Return the classes of a label or prediction as a set."""
    return frozenset(value) if isinstance(value, list | frozenset) else frozenset([value])
