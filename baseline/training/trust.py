"""The trust in a network beside the linear model, per question, chosen on dev."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from baseline.data.predictions import Predictions, decided
from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats
from baseline.measures.counts import Counts, counts
from baseline.training.biases import STEPS, direction, figure

SHARES = (0.25, 0.5, 0.75, 1.0)  # of the network in a mixture with the linear model
FOLDS = 10
REPLICATES = 500
SEED = 0
LEAST = 1e-6  # of a probability


@dataclass(frozen=True)
class Trust:
    """The trust in a network for one question.

    Attributes:
        share: of the network in the mixture; 0 for the decisions of the linear model alone.
        bias: added to the log-probabilities of the mixture before the decision, float32 (classes).
        gain: of the best share over the linear model in the criterion, on dialogues of dev that chose no bias.
        error: standard error of the gain over the dialogues of dev.
    """

    share: float
    bias: Floats
    gain: float
    error: float

    def predictions(self, linear: Predictions, network: Floats, question: Question) -> Predictions:
        """Return the predictions of the mixture, from those of the linear model and the network's probabilities."""
        if not self.share:
            return linear
        return decided(mixed(linear.probabilities, network, self.share, question), question, self.bias)


def mixed(linear: Floats, network: Floats, share: float, question: Question) -> Floats:
    """Return the log-linear mixture of two models' probabilities, (rows, classes), scaled to a sum of 1.

    For a question with many answers the log-odds are mixed, class by class.
    """
    first, second = (np.clip(each.astype(np.float64), LEAST, 1 - LEAST) for each in (linear, network))
    if question.many:
        odds = (1 - share) * np.log(first / (1 - first)) + share * np.log(second / (1 - second))
        return np.asarray(1 / (1 + np.exp(-odds)), np.float32)
    found = np.exp((1 - share) * np.log(first) + share * np.log(second))
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)


def chosen_trust(
    train: Codes,
    labels: Codes,
    linear: Predictions,
    network: Floats,
    dialogues: Sequence[range],
    *,
    question: Question,
    name: str,
) -> Trust:
    """Choose the share of a network in the mixture with the linear model, by the rule of one standard error.

    Each share is judged on dialogues of dev that did not choose its bias. Of all shares, 0 among them, the smallest
    one is used that is not worse than the best one by more than the standard error of their difference. So the linear
    model decides alone unless something is better by more than one standard error. Source of the rule: Breiman et al.
    (1984), "Classification and regression trees", section 3.4.3.

    Args:
        train: labels of train.
        labels: labels of dev.
        linear: predictions of the linear model in dev.
        network: the network's probabilities in dev.
        dialogues: row numbers of the dialogues of dev.
        question: the question.
        name: the criterion.
    """
    toward = direction(train, question)
    held = [counts(labels, linear.choices, dialogues, question)]  # of share 0, then of `SHARES`
    biases = [np.zeros_like(toward)]
    for share in SHARES:
        probabilities = mixed(linear.probabilities, network, share, question)
        biased = [decided(probabilities, question, (step * toward).astype(np.float32)).choices for step in STEPS]
        counted = np.stack([counts(labels, choices, dialogues, question) for choices in biased])
        held.append(held_out(counted, question, name))
        step = STEPS[int(figure(counted.sum(axis=1), question, name).argmax())]
        biases.append((step * toward).astype(np.float32))
    scores = figure(np.stack([each.sum(axis=0) for each in held]), question, name)
    best = int(scores.argmax())
    errors = [_error(held[best], each, question, name) for each in held]
    number = next(number for number, error in enumerate(errors) if scores[best] - scores[number] <= error)
    return Trust((0.0, *SHARES)[number], biases[number], float(scores[best] - scores[0]), errors[0])


def held_out(counted: Counts, question: Question, name: str) -> Counts:
    """Return the counts of each dialogue with the bias that the dialogues of the other folds choose.

    Args:
        counted: (steps, dialogues, …): with each bias, the one nearest to none first among equals.
    """
    folds = np.random.default_rng(SEED).permutation(counted.shape[1]) % FOLDS
    total: Counts = counted.sum(axis=1)
    found: Counts = np.empty_like(counted[0])
    for number in range(FOLDS):
        inside = folds == number
        others = total - counted[:, inside].sum(axis=1)
        found[inside] = counted[int(figure(others, question, name).argmax())][inside]
    return found


def _error(one: Counts, other: Counts, question: Question, name: str) -> float:
    """Return the standard error of the difference of two counts, of a bootstrap over the dialogues."""
    random = np.random.default_rng(SEED)
    draws = random.multinomial(len(one), np.full(len(one), 1 / len(one)), REPLICATES).astype(np.float64)
    drawn = [(draws @ each.reshape(len(each), -1)).reshape(-1, *each.shape[1:]) for each in (one, other)]
    first, second = (figure(each, question, name) for each in drawn)
    return float(np.std(first - second))
