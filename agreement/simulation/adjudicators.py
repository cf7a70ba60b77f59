"""Simulated adjudicators: decisions that are wrong now and then, in the way the raters are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement.simulation.confusions import Matrix
from agreement.simulation.raters import RaterModel, drawn, link_codes
from agreement.simulation.truth import Bools, Codes, Ints, Truth, bits_of, cells_of
from corpus.rules.codebook import CodeLayout, Link
from corpus.rules.codebook.codes import MISSING, Column


def adjudicated(
    truth: Truth,
    answers: Codes,
    raters: Sequence[RaterModel],
    *,
    seed: int,
    error: float = 0.1,
    follows: float = 0.5,
) -> Codes:
    """Draw the decision on every utterance.

    On each question the adjudicator is wrong with probability `error`. A wrong decision is with probability `follows`
    a wrong answer that a rater gave to this utterance, if there is one; otherwise it is drawn from the mistakes that
    the raters make on average. Profiles are complete and settled: no *cannot judge*, and a link has a value if and only
    if the decided answers meet its condition.

    Args:
        truth: of N utterances.
        answers: (R, N, W), as `simulated_answers` returns them.
        raters: their models.
        seed: of the random numbers; another seed gives another adjudicator.
        error: probability of a wrong decision on a question.
        follows: probability that a wrong decision follows a rater.

    Returns:
        (N, W) codes in the layout of the codebook.
    """
    rng = np.random.default_rng([seed, 3])
    decided = np.empty_like(truth.codes)
    for question, column in zip(truth.codebook.questions, CodeLayout(truth.codebook).columns, strict=True):
        matrices = [rater.confusions[question.slug] for rater in raters]
        cells = slice(column.start, column.start + column.width)
        true = truth.codes[:, cells]
        wrong = rng.random(len(true)) < error
        followed, has_wrong = _wrong_answer(true, answers[:, :, cells], rng)
        follow = wrong & has_wrong & (rng.random(len(true)) < follows)
        mistaken = _mistake(column, true, np.mean(matrices, axis=0), rng)
        chosen = np.where(follow[:, None], followed, np.where(wrong[:, None], mistaken, true))
        if isinstance(question, Link):
            value = link_codes(truth, question, decided, chosen[:, 0].astype(np.int64), rng)
            decided[:, column.start] = value
        else:
            decided[:, cells] = chosen
    return decided


def _wrong_answer(true: Codes, given: Codes, rng: np.random.Generator) -> tuple[Codes, Bools]:
    """Return (N, w) a random wrong answer of the raters to each utterance, and (N,) whether there is one.

    Args:
        true: (N, w) cells of a question.
        given: (R, N, w) the raters' cells.
        rng: chooses among several.
    """
    is_wrong = (given[:, :, 0] >= 0) & (given != true).any(axis=2)
    rater = np.where(is_wrong, rng.random(is_wrong.shape), -1).argmax(axis=0)
    return given[rater, np.arange(len(true))], is_wrong.any(axis=0)


def _mistake(column: Column, true: Codes, matrix: Matrix, rng: np.random.Generator) -> Codes:
    """Return (N, w) a wrong answer to each utterance, as frequent as the raters' mistakes."""
    if column.is_set:
        return cells_of(column, _mistaken_set(bits_of(column, true), matrix, rng))
    code = np.maximum(true[:, 0], 0).astype(np.int64)
    mistakes = matrix.copy()
    np.fill_diagonal(mistakes, 0)
    sums = mistakes.sum(axis=1, keepdims=True)
    mistakes = np.where(sums > 0, mistakes / np.where(sums > 0, sums, 1), np.eye(len(mistakes)))
    return np.where(true < 0, MISSING, _of(mistakes, code, rng)[:, None]).astype(np.int16)


def _of(matrix: Matrix, code: Ints, rng: np.random.Generator) -> Ints:
    return drawn(matrix, code, np.zeros(len(code)), rng)


def _mistaken_set(true: Bools, matrix: Matrix, rng: np.random.Generator) -> Bools:
    """Return (N, V) the true sets with one choice added or removed, never empty."""
    weights = np.where(true, 1 - matrix[:, 1], matrix[:, 0]) + 1e-12
    weights[true & (true.sum(axis=1, keepdims=True) == 1)] = 0  # the only choice of a set stays
    changed = (np.log(weights + 1e-300) + rng.gumbel(size=weights.shape)).argmax(axis=1)
    mistaken = true.copy()
    mistaken[np.arange(len(true)), changed] ^= True
    return mistaken
