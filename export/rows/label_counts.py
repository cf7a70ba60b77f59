"""Counts of labels: the texts that a label counts under, in an order common to all dialogues."""

from __future__ import annotations

from typing import Any

from corpus.rules.codebook import NOT_APPLICABLE, Codebook, answer_slugs

NO_LABEL = ""


def countable_labels(rules: Codebook) -> list[tuple[str, str]]:
    """Return (question slug, label as text) for every label that a row can have, in the codebook's order."""
    return [
        (question.slug, label)
        for question in rules.questions
        for label in (*answer_slugs(question), NOT_APPLICABLE, NO_LABEL)
    ]


def label_texts(label: Any) -> list[str]:
    """Return the texts that a label counts under: several for a set of choices, `NO_LABEL` for none."""
    if isinstance(label, list):
        return label
    return [NO_LABEL if label is None else str(label)]
