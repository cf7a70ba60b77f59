"""The linear model of one question: n-grams, balanced classes, penalty and kind of n-grams chosen on dev."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from baseline.data.dialogues import dialogue_ranges
from baseline.data.predictions import decided
from baseline.data.rows import Question, Release, Row
from baseline.data.targets import Floats, codes
from baseline.linear.inputs import INPUTS, fitted_matrices
from baseline.linear.logistic import Regression, fit
from baseline.linear.sparse import SparseMatrix
from baseline.measures.counts import counts
from baseline.measures.from_counts import macro_f1, weighted_f1

VERSION = "2"
PENALTIES = (0.1, 0.3, 1.0, 3.0)  # C, from the strongest penalty, so that each fit starts from the one before
FOLDS = 5
FOLD_SEED = 0


@dataclass(frozen=True)
class Fitted:
    """A linear model with the best options on dev.

    Attributes:
        regression: the weights.
        matrices: split -> its rows.
        c: inverse strength of the penalty.
        inputs: name of the kind of n-grams.
        score: its figure on dev.
    """

    regression: Regression
    matrices: dict[str, SparseMatrix]
    c: float
    inputs: str
    score: float

    def probabilities(self) -> dict[str, Floats]:
        """Return the probabilities of the classes in each split."""
        return {split: self.regression.probabilities(matrix) for split, matrix in self.matrices.items()}


class LinearModels:
    """Linear models of a release's questions, which share the matrices of their n-grams."""

    def __init__(self, release: Release, *, context: bool = False, kinds: Sequence[str] = tuple(INPUTS)) -> None:
        """Build the matrices of some kinds of n-grams; with `context`, of earlier utterances and speakers too."""
        self.release = release
        self.matrices = {name: fitted_matrices(release.rows, INPUTS[name], context=context) for name in kinds}

    def fit(self, question: Question, criterion: str = "mean") -> Fitted:
        """Fit the model of one question with each penalty and kind of n-grams, and return the best on dev."""
        labels = codes(self.release.rows["train"], question)
        found: list[Fitted] = []
        for name, matrices in self.matrices.items():
            regression = None
            for c in PENALTIES:
                regression = fit(matrices["train"], labels, question, c=c, start=regression)
                score = dev_score(self.release, question, regression.probabilities(matrices["dev"]), criterion)
                found.append(Fitted(regression, matrices, c, name, score))
        return max(found, key=lambda each: each.score)  # the first of equals, which has the strongest penalty


def dev_score(release: Release, question: Question, probabilities: Floats, criterion: str) -> float:
    """Return the criterion on dev of the most probable classes; 0 without labels."""
    labels = codes(release.rows["dev"], question)
    chosen = decided(probabilities, question).choices
    counted = counts(labels, chosen, dialogue_ranges(release.rows["dev"]), question).sum(axis=0)
    figures = {"macro-f1": [macro_f1], "weighted-f1": [weighted_f1]}.get(criterion, [macro_f1, weighted_f1])
    return float(np.nan_to_num(np.mean([figure(counted, question) for figure in figures])))


def out_of_fold(models: LinearModels, question: Question) -> dict[str, Floats]:
    """Return probabilities of each split: for train by models of the other folds, which share no dialogue."""
    fitted = models.fit(question)
    probabilities = fitted.probabilities()
    rows = models.release.rows["train"]
    labels, fold = codes(rows, question), folds(rows)
    for number in range(FOLDS):
        inside = fold == number
        if inside.any():
            regression = fit(fitted.matrices["train"], labels, question, c=fitted.c, mask=~inside, start=None)
            probabilities["train"][inside] = regression.probabilities(fitted.matrices["train"])[inside]
    return probabilities


def folds(rows: Sequence[Row]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return int64 (rows): the fold of each row; a dialogue is never divided."""
    ranges = dialogue_ranges(rows)
    of_dialogue = np.random.default_rng(FOLD_SEED).permutation(len(ranges)) % FOLDS
    return np.repeat(of_dialogue, [len(each) for each in ranges])
