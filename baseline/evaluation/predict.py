"""Predictions of a model."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from baseline.data.dialogues import group_dialogues
from baseline.data.predictions import Prediction, Predictions
from baseline.data.release import Row
from baseline.models.model import Model

MINIBATCH_SIZE = 512  # utterances


def predict(model: Model, rows: Sequence[Row]) -> Predictions:
    """Return a prediction for each question and row, in the order of the rows.

    The rows must contain whole dialogues, because earlier utterances are part of a model's input.
    """
    network = model.network
    network.eval()
    dialogues = group_dialogues(rows)
    by_dialogue: dict[str, list[Prediction]] = {head.question.slug: [] for head in network.heads}
    with torch.no_grad():
        for minibatch in model.collator.minibatches(dialogues, size=MINIBATCH_SIZE):
            logits = network(minibatch)
            for head in network.heads:
                by_dialogue[head.question.slug].extend(head.predictions(logits[head.question.slug]))
    positions = {id(row): position for position, row in enumerate(row for dialogue in dialogues for row in dialogue)}
    return {slug: [predictions[positions[id(row)]] for row in rows] for slug, predictions in by_dialogue.items()}
