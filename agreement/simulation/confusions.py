"""Confusion matrices of simulated raters: the probability of each answer, given the true one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from corpus.rules.codebook import Codebook, Link, Task

# (V, V), row: the true answer; a task with several choices (V, 2): the probability that the rater names each choice
# if it is not in the true set, and if it is, before a rater who would name none adds the likeliest one.
Matrix = npt.NDArray[np.float64]

NEAR = 0.25  # a mistake by one step more on an ordered scale is a quarter as probable
TO_DEFAULT = 0.6  # share of the mistakes on a nominal scale that are "nothing here", the default choice


def confusions(codebook: Codebook, accuracy: float | Mapping[str, float]) -> dict[str, Matrix]:
    """Return question slug -> confusion matrix of a rater who is right with a given probability.

    The default choice is recognized more often and the other choices as often as `accuracy` states. Mistakes are near
    misses on an ordered scale and among the values of a link; on a nominal scale most of them are the default choice,
    so rare choices are missed.

    Args:
        codebook: the questions.
        accuracy: of all questions, or by slug.
    """
    return {
        question.slug: _matrix(question, accuracy if isinstance(accuracy, float) else accuracy[question.slug])
        for question in codebook.questions
    }


def ordinal(answers: int, accuracy: float) -> Matrix:
    """Return the matrix (V, V) of near misses."""
    distance = np.abs(np.subtract.outer(np.arange(answers), np.arange(answers)))
    return _with_accuracy(NEAR ** (distance - 1.0), np.full(answers, accuracy))


def nominal(answers: int, default: int, accuracy: float) -> Matrix:
    """Return the matrix (V, V) of a rater who misses what is rare: 40 % fewer mistakes on the default choice."""
    weights = np.ones((answers, answers))
    if answers > 2:
        weights[:, default] = TO_DEFAULT / (1 - TO_DEFAULT) * (answers - 2)
    right = np.full(answers, accuracy)
    right[default] = 1 - 0.6 * (1 - accuracy)
    return _with_accuracy(weights, right)


def _matrix(question: Task | Link, accuracy: float) -> Matrix:
    if isinstance(question, Link):
        return ordinal(len(question.values), accuracy)
    if question.many:
        named = (1 - accuracy) / len(question.choices)  # so that one set in 1 / (1 - accuracy) has a choice too many
        return np.column_stack([np.full(len(question.choices), named), np.full(len(question.choices), accuracy)])
    if question.is_ordered:
        return ordinal(len(question.choices), accuracy)
    return nominal(len(question.choices), question.slugs().index(question.default), accuracy)


def _with_accuracy(weights: Matrix, right: npt.NDArray[np.float64]) -> Matrix:
    """Return weights of mistakes as a matrix with this diagonal whose rows sum to 1."""
    mistakes = weights.copy()
    np.fill_diagonal(mistakes, 0)
    sums = mistakes.sum(axis=1, keepdims=True)
    matrix: Matrix = mistakes / np.where(sums > 0, sums, 1) * (1 - right[:, None])
    np.fill_diagonal(matrix, np.where(sums[:, 0] > 0, right, 1))
    return matrix
