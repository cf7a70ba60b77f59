"""Simulated raters: their answers to the utterances of a corpus whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agreement.simulation.confusions import Matrix, confusions
from agreement.simulation.truth import Bools, Codes, Floats, Ints, Truth, asked_links, bits_of, cells_of
from corpus.rules.codebook import Codebook, CodeLayout, Link
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, MISSING, NOT_APPLICABLE_CODE


@dataclass(frozen=True, slots=True)
class RaterModel:
    """The behaviour of one rater.

    Attributes:
        slug: of the rater.
        confusions: question slug -> matrix, see `agreement.simulation.confusions`.
        cannot_judge: probability of *cannot judge* per task, if the codebook allows it.
        absent: probability that the rater did not label a dialogue; its utterances are missing then.
    """

    slug: str
    confusions: Mapping[str, Matrix]
    cannot_judge: float = 0.01
    absent: float = 0.0


@dataclass(frozen=True, slots=True)
class Dependence:
    """The dependence that confusion matrices alone do not describe, as deviations of the log-odds of a right answer.

    Attributes:
        dialogue: of a rater within a dialogue: they understand a dialogue well or badly as a whole.
        utterance: of all raters on a task of an utterance: some utterances are hard for everyone.
    """

    dialogue: float = 0.5
    utterance: float = 0.8


INDEPENDENT = Dependence(0.0, 0.0)


def usual_raters(codebook: Codebook, accuracies: Sequence[float] = (0.88, 0.82, 0.75)) -> list[RaterModel]:
    """Return raters of these accuracies: by default a careful one, a usual one and a hasty one."""
    return [
        RaterModel(f"simulated-{number}", confusions(codebook, accuracy))
        for number, accuracy in enumerate(accuracies, start=1)
    ]


def simulated_answers(
    truth: Truth, raters: Sequence[RaterModel], *, seed: int, dependence: Dependence | None = None
) -> Codes:
    """Draw the answers of raters.

    A link is asked whenever the rater's own answers meet its condition. A rater who has the true ends gives a value by
    their confusion matrix; one who does not gives any of its values, as frequent as in the truth.

    Args:
        truth: of N utterances.
        raters: their models.
        seed: of the random numbers. The answers of a rater do not depend on the raters after them.
        dependence: within dialogues and between raters.

    Returns:
        (R, N, W) codes in the layout of the codebook, `MISSING` in every cell where a rater has no annotation.
    """
    spread = Dependence() if dependence is None else dependence
    shared = np.random.default_rng([seed, 1])
    count = len(truth.codebook.questions)
    hardness = spread.utterance * shared.standard_normal((len(truth), count))
    _, dialogue = np.unique(truth.dialogue, return_inverse=True)
    drawn = []
    for place, rater in enumerate(raters):
        rng = np.random.default_rng([seed, 2, place])
        dialogues = int(dialogue.max(initial=-1)) + 1
        shift = hardness + spread.dialogue * rng.standard_normal((dialogues, count))[dialogue]
        codes = _answers(truth, rater, shift, rng)
        codes[(rng.random(dialogues) < rater.absent)[dialogue]] = MISSING
        drawn.append(codes)
    return np.stack(drawn)


def link_codes(truth: Truth, link: Link, codes: Codes, right: Ints, rng: np.random.Generator) -> Ints:
    """Return (N,) the codes of a link for someone whose answers to the tasks are `codes`.

    Args:
        truth: of the utterances.
        link: of its codebook.
        codes: (N, W) their answers to the tasks.
        right: (N,) their values where they have the true ends and the link is asked in truth.
        rng: draws the value where they have other ends.
    """
    cell = next(column.start for column in CodeLayout(truth.codebook).columns if column.slug == link.slug)
    asked, true = asked_links(truth.codebook, codes)[link.slug], truth.codes[:, cell].astype(np.int64)
    shares = np.bincount(true[true >= 0], minlength=len(link.values)) + 1e-9
    other = rng.choice(len(shares), len(codes), p=shares / shares.sum())
    same = (true >= 0) & _same_ends(truth, link, codes)
    return np.where(asked, np.where(same, right, other), NOT_APPLICABLE_CODE)


def drawn(matrix: Matrix, true: Ints, shift: Floats, rng: np.random.Generator) -> Ints:
    """Return one answer (M,) per true answer (M,), with the log-odds of the right one lowered by `shift` (M,)."""
    rows, every = matrix[true], np.arange(len(true))
    right = rows[every, true]
    now = _shifted(right, shift)
    rows = rows * ((1 - now) / np.maximum(1 - right, 1e-12))[:, None]
    rows[every, true] = now
    found: Ints = (rows.cumsum(axis=1)[:, :-1] < rng.random(len(true))[:, None]).sum(axis=1)
    return found


def _answers(truth: Truth, rater: RaterModel, shift: Floats, rng: np.random.Generator) -> Codes:
    layout = CodeLayout(truth.codebook)
    codes = np.empty_like(truth.codes)
    for place, (question, column) in enumerate(zip(truth.codebook.questions, layout.columns, strict=True)):
        matrix, hard = rater.confusions[question.slug], shift[:, place]
        true, cells = truth.codes[:, column.start], slice(column.start, column.start + column.width)
        if isinstance(question, Link):
            value = drawn(matrix, np.maximum(true, 0).astype(np.int64), hard, rng)
            codes[:, column.start] = link_codes(truth, question, codes, value, rng)
            continue
        if question.many:
            chosen = _chosen(matrix, bits_of(column, truth.codes[:, cells]), hard, rng)
            codes[:, cells] = cells_of(column, chosen)
        else:
            codes[:, column.start] = drawn(matrix, true.astype(np.int64), hard, rng)
        if truth.codebook.policy.cannot_judge == "per-task":
            _leave_out(rater, codes[:, cells], rng)
    return codes


def _leave_out(rater: RaterModel, cells: Codes, rng: np.random.Generator) -> None:
    """Turn some answers to a task into *cannot judge*, in place."""
    unsure = rng.random(len(cells)) < rater.cannot_judge
    cells[unsure] = 0
    cells[unsure, 0] = CANNOT_JUDGE_CODE


def _chosen(matrix: Matrix, true: Bools, shift: Floats, rng: np.random.Generator) -> Bools:
    """Return (N, V) the choices a rater names, at least one each."""
    chance = np.where(true, _shifted(matrix[:, 1], shift[:, None]), _shifted(matrix[:, 0], -shift[:, None]))
    margin = chance - rng.random(chance.shape)
    chosen: Bools = margin > 0
    empty = ~chosen.any(axis=1)
    chosen[empty, margin[empty].argmax(axis=1)] = True
    return chosen


def _same_ends(truth: Truth, link: Link, codes: Codes) -> Bools:
    same = np.ones(len(codes), dtype=bool)
    for column in CodeLayout(truth.codebook).columns:
        if column.slug in (link.source, link.target):
            cells = slice(column.start, column.start + column.width)
            same &= (codes[:, cells] == truth.codes[:, cells]).all(axis=1)
    return same


def _shifted(chance: Floats, shift: Floats) -> Floats:
    """Return probabilities with their log-odds lowered by `shift`; 0 and 1 stay."""
    factor = np.exp(-shift)
    found: Floats = chance * factor / (1 - chance + chance * factor)
    return found
