"""Estimation of true answers and confusion matrices by expectation maximization (Dawid & Skene 1979).

Model: the true answer c of an utterance has probability p(c); rater r gives answer x with probability π(r, c, x),
independently of the other raters. For an utterance with the answers x(r)

    E step:  q(c) ∝ p(c) · Π_r π(r, c, x(r))
    M step:  p(c) ∝ Σ q(c) + s / V,    π(r, c, x) ∝ Σ_{x(r) = x} q(c) + s · m(c, x)

with sums over all utterances, V possible answers, and the smoothing s: a Dirichlet prior that is worth s answers of
each rater to each true answer. m is the confusion matrix of all raters together under the first q, so a rater with few
answers to a rare class is taken for a usual one there. It is fixed before the first step, so each step raises

    Σ log Σ_c p(c) Π_r π(r, c, x(r)) + Σ_{r, c, x} s m(c, x) log π(r, c, x) + Σ_c s / V log p(c)

(Dempster, Laird & Rubin 1977). s = 0 is maximum likelihood, the original. The first q are the shares of the answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agreement.consensus.patterns import NOBODY, Patterns

Floats = npt.NDArray[np.float64]
TOLERANCE = 1e-12  # per answer: the gain of the objective at which the steps end
STEPS = 5000  # at most


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model of R raters and V possible answers.

    Attributes:
        prior: (V,) p(c).
        confusions: (R, V, V) π(r, c, x).
        posterior: (P, V) q(c) of each pattern.
        history: the objective after each step.
    """

    prior: Floats
    confusions: Floats
    posterior: Floats
    history: tuple[float, ...]


def estimated(patterns: Patterns, *, smoothing: float = 0.0, tolerance: float = TOLERANCE, steps: int = STEPS) -> Model:
    """Fit the model to patterns of answers.

    Args:
        patterns: of one item.
        smoothing: s >= 0, in answers per rater and true answer.
        tolerance: the steps end when the objective grows by less than this per answer.
        steps: their number at most.
    """
    work = _Work(patterns)
    posterior = work.shares()
    pooled = _normalized(work.counts(posterior).sum(axis=0) + 1e-12)
    history: list[float] = []
    least = tolerance * max(int(work.weight_of_answers), 1)
    while True:
        prior = _normalized(work.weight @ posterior + smoothing / patterns.answers)
        confusions = _normalized(work.counts(posterior) + smoothing * pooled)
        joint = work.joint(prior, confusions)
        top = joint.max(axis=1, keepdims=True, initial=-np.inf)
        posterior = np.exp(joint - top)
        sums = posterior.sum(axis=1, keepdims=True)
        posterior /= sums
        history.append(
            float(work.weight @ (top + np.log(sums))[:, 0])
            + smoothing * (_weighted_log(pooled, confusions) + _weighted_log(1 / patterns.answers, prior))
        )
        if len(history) > 1 and (history[-1] - history[-2] < least or len(history) >= steps):
            return Model(prior, confusions, posterior, tuple(history))
        if not len(work.weight):
            return Model(prior, confusions, posterior, tuple(history))


class _Work:
    """The arrays that every step uses.

    Attributes:
        weight: (P,) number of utterances of each pattern.
        weight_of_answers: their answers.
    """

    def __init__(self, patterns: Patterns) -> None:
        self._shape = (len(patterns.raters), patterns.answers, patterns.answers)
        self.weight = patterns.count.astype(np.float64)
        is_answer = patterns.rater != NOBODY
        raters, answers, _ = self._shape
        # a row of the table of logarithms per (rater, answer), and one of zeros for nobody
        self._cell = np.where(is_answer, patterns.rater * answers + patterns.code, raters * answers)
        self._answers = is_answer.sum(axis=1)
        self.weight_of_answers = float(self.weight @ self._answers)
        self._code, self._is_answer = patterns.code, is_answer

    def shares(self) -> Floats:
        """Return (P, V) the share of each answer in each pattern."""
        found = np.zeros((len(self.weight), self._shape[1]))
        for place in range(self._cell.shape[1]):
            rows = np.flatnonzero(self._is_answer[:, place])
            found[rows, self._code[rows, place]] += 1
        shares: Floats = found / np.maximum(self._answers, 1)[:, None]
        return shares

    def counts(self, posterior: Floats) -> Floats:
        """Return (R, V, V) the expected number of answers x of rater r to true answer c, as [r, c, x]."""
        raters, answers, _ = self._shape
        cells, width = self._cell.ravel(), self._cell.shape[1]
        weighted = posterior * self.weight[:, None]
        found = np.empty((answers, raters * answers))
        for true in range(answers):
            spread = np.repeat(weighted[:, true], width)
            found[true] = np.bincount(cells, weights=spread, minlength=raters * answers + 1)[:-1]
        return found.reshape(answers, raters, answers).transpose(1, 0, 2)

    def joint(self, prior: Floats, confusions: Floats) -> Floats:
        """Return (P, V) log p(c) + Σ_r log π(r, c, x(r))."""
        raters, answers, _ = self._shape
        with np.errstate(divide="ignore"):
            table = np.zeros((raters * answers + 1, answers))
            table[:-1] = np.log(confusions).transpose(0, 2, 1).reshape(raters * answers, answers)
            joint = np.tile(np.log(prior), (len(self.weight), 1))
        for place in range(self._cell.shape[1]):
            joint += table[self._cell[:, place]]
        return joint


def _normalized(weights: Floats) -> Floats:
    """Return weights whose last axis sums to 1; uniform where all are 0."""
    sums = weights.sum(axis=-1, keepdims=True)
    found: Floats = np.where(sums > 0, weights / np.where(sums > 0, sums, 1), 1 / weights.shape[-1])
    return found


def _weighted_log(weights: Floats | float, probabilities: Floats) -> float:
    """Return Σ weight · log probability, where nothing times log 0 is nothing."""
    return float((weights * np.log(np.maximum(probabilities, np.finfo(float).tiny))).sum())
