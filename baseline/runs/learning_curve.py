"""The learning curve: a model trained on shares of the training split, which shows if more labels would help."""

from __future__ import annotations

from dataclasses import replace

from baseline.options import Options
from baseline.runs.variants import Variant

SHARES = (0.125, 0.25, 0.5)  # of the dialogues of train


def learning_curve(model: str, options: Options, name: str = "") -> list[Variant]:
    """Return the variants of a model that learn from less, the smallest share first.

    Args:
        model: name of the model.
        options: of the model that learns from all of train.
        name: of its row; by default that of the model.
    """
    return [Variant(f"{name or model}{suffix(share)}", model, replace(options, train_share=share)) for share in SHARES]


def suffix(share: float) -> str:
    """Return the end of the name of a row that learns from a share of train."""
    return f", {100 * share:g} % of train"
