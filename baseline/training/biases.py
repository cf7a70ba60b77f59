"""Class biases: how much a decision leans towards frequent or rare classes, chosen on dev."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baseline.data.predictions import decided
from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats, has_label, one_hot
from baseline.measures.counts import Counts, counts
from baseline.measures.from_counts import macro_f1, weighted_f1

STEPS = sorted(np.arange(-10, 11) / 10, key=abs)  # of equals the first is chosen, which changes least

Figures = NDArray[np.float64]


def figure(counted: Counts, question: Question, name: str) -> Figures:
    """Return "macro-f1", "weighted-f1" or the "mean" of both, (...), of counts; 0 where no row has a label."""
    of_name = {"macro-f1": [macro_f1], "weighted-f1": [weighted_f1]}.get(name, [macro_f1, weighted_f1])
    return np.asarray(np.nan_to_num(np.mean([measure(counted, question) for measure in of_name], axis=0)))


def criterion(labels: Codes, choices: Codes, dialogues: Sequence[range], question: Question, name: str) -> float:
    """Return the criterion of choices, as `figure` does."""
    return float(figure(counts(labels, choices, dialogues, question).sum(axis=0), question, name))


def direction(train: Codes, question: Question) -> Floats:
    """Return the log-frequencies of the classes in train around 0, or their log-odds for many answers, (classes)."""
    found = one_hot(train, question)[has_label(train)]
    shares = np.clip(found.mean(axis=0) if len(found) else np.full(len(question.classes), 0.5), 1e-3, 1 - 1e-3)
    return np.asarray(np.log(shares) - (np.log(1 - shares) if question.many else np.log(shares).mean()), np.float32)


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
    toward = direction(train, question)
    best = (np.zeros_like(toward), -1.0)
    for step in STEPS:
        bias = (step * toward).astype(np.float32)
        choices = decided(probabilities, question, bias).choices
        if (score := criterion(labels, choices, dialogues, question, name)) > best[1] + 1e-9:
            best = (bias, score)
    return best
