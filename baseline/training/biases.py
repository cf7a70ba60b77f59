"""Class biases: how much a decision leans towards frequent or rare classes, chosen on dev."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baseline.data.predictions import decided
from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats, has_label, one_hot
from baseline.measures.counts import counts
from baseline.measures.from_counts import macro_f1, weighted_f1

STEPS = np.arange(-1.0, 1.01, 0.1)


def criterion(labels: Codes, choices: Codes, dialogues: Sequence[range], question: Question, name: str) -> float:
    """Return "macro-f1", "weighted-f1" or the "mean" of both; 0 where no row has a label."""
    counted = counts(labels, choices, dialogues, question).sum(axis=0)
    figures = {"macro-f1": [macro_f1], "weighted-f1": [weighted_f1]}.get(name, [macro_f1, weighted_f1])
    return float(np.nan_to_num(np.mean([figure(counted, question) for figure in figures])))


def tuned_bias(
    train: Codes, labels: Codes, probabilities: Floats, dialogues: Sequence[range], *, question: Question, name: str
) -> tuple[Floats, float]:
    """Choose a multiple of the log-frequencies of train as bias.

    One number per question cannot fit the noise of a small dev split as one per class would. Source: Menon et al.
    (2021), "Long-tail learning via logit adjustment".

    Args:
        train: labels of train.
        labels: labels of dev.
        probabilities: of the classes, in dev.
        dialogues: row numbers of the dialogues of dev.
        question: the question.
        name: the criterion.

    Returns:
        float32 (classes), and the criterion on dev with it.
    """
    found = one_hot(train, question)[has_label(train)]
    shares = np.clip(found.mean(axis=0) if len(found) else np.full(len(question.classes), 0.5), 1e-3, 1 - 1e-3)
    direction = np.log(shares) - (np.log(1 - shares) if question.many else np.log(shares).mean())
    best = (np.zeros(len(shares), np.float32), -1.0)
    for step in sorted(STEPS, key=abs):
        bias = (step * direction).astype(np.float32)
        choices = decided(probabilities, question, bias).choices
        if (score := criterion(labels, choices, dialogues, question, name)) > best[1] + 1e-9:
            best = (bias, score)
    return best
