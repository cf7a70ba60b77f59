"""Logistic regression with balanced classes and an L2 penalty, minimised by L-BFGS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from baseline.data.rows import Question
from baseline.data.targets import Codes, Floats, has_label
from baseline.linear.sparse import SparseMatrix

STEPS = 60
HISTORY = 10
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Regression:
    """A fitted regression.

    Attributes:
        weights: float32 (columns, classes).
        intercepts: float32 (classes).
        many: whether each class is a yes or no of its own.
    """

    weights: torch.Tensor
    intercepts: torch.Tensor
    many: bool

    def probabilities(self, inputs: SparseMatrix) -> Floats:
        """Return the probability of each class, float32 (rows, classes)."""
        scores = inputs.matrix @ self.weights + self.intercepts
        found = scores.sigmoid() if self.many else scores.softmax(dim=1)
        return np.asarray(found.numpy(), np.float32)


def fit(
    inputs: SparseMatrix,
    labels: Codes,
    question: Question,
    *,
    c: float,
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None,
    start: Regression | None = None,
) -> Regression:
    """Minimise sum of weight x cross entropy + |w|^2 / (2 c); the weight of a row is n / (classes x its class's count).

    This is the objective of scikit-learn's `LogisticRegression(C=c, class_weight="balanced")`.

    Args:
        inputs: the rows.
        labels: as `targets.codes` returns them; rows without a label are left out.
        question: the question.
        c: inverse strength of the penalty.
        mask: bool (rows): which rows count; all by default.
        start: a regression to start from.
    """
    used = has_label(labels) if mask is None else has_label(labels) & mask
    target, weight = _targets(labels, used, question)
    weights = torch.zeros(inputs.columns, len(question.classes)) if start is None else start.weights.clone()
    intercepts = torch.zeros(len(question.classes)) if start is None else start.intercepts.clone()
    if not used.any():
        return Regression(weights, intercepts, question.many)
    optimizer = torch.optim.LBFGS(
        [weights, intercepts],
        max_iter=STEPS,
        history_size=HISTORY,
        tolerance_grad=TOLERANCE,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        scores = inputs.matrix @ weights + intercepts
        if question.many:
            losses = functional.binary_cross_entropy_with_logits(scores, target, reduction="none")
            residual = (scores.sigmoid() - target) * weight
        else:
            losses = -(target * scores.log_softmax(dim=1)).sum(dim=1, keepdim=True)
            residual = (scores.softmax(dim=1) - target) * weight
        weights.grad = inputs.transpose @ residual + weights / c
        intercepts.grad = residual.sum(dim=0)
        return float((losses * weight).sum() + weights.square().sum() / (2 * c))

    with torch.no_grad():
        optimizer.step(closure)
    return Regression(weights, intercepts, question.many)


def _targets(
    labels: Codes, used: np.ndarray[tuple[int], np.dtype[np.bool_]], question: Question
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return targets (rows, classes) and balanced weights, (rows, 1) or (rows, classes) for many answers."""
    n = max(int(used.sum()), 1)
    if question.many:
        marks = np.clip(labels, 0, 1).astype(np.float32)
        positive = (marks * used[:, None]).sum(axis=0)
        weight = np.where(marks > 0, n / (2 * np.maximum(positive, 1)), n / (2 * np.maximum(n - positive, 1)))
        return torch.from_numpy(marks), torch.from_numpy((weight * used[:, None]).astype(np.float32))
    counts = np.bincount(labels[used], minlength=len(question.classes))
    occurring = max(int((counts > 0).sum()), 1)
    codes = np.where(used, labels, 0)
    weight = used * n / (occurring * np.maximum(counts[codes], 1))
    target = functional.one_hot(torch.from_numpy(codes), len(question.classes)).float()
    return target, torch.from_numpy(weight.astype(np.float32))[:, None]
