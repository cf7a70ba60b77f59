"""Faults planted in simulated answers, to measure what detectors find. No Django.

Each function takes codes of one rater (N, W) and the rows to spoil, in the order of work, and returns changed codes.
"""

from __future__ import annotations

import numpy as np

from agreement.simulation.truth import Codes, Ints, asked_links
from corpus.rules.codebook import Codebook, CodeLayout
from corpus.rules.codebook.codes import NOT_APPLICABLE_CODE


def repeated_block(codes: Codes, rows: Ints, cells: slice, period: int) -> Codes:
    """Repeat the first `period` rows of some cells over all the others."""
    spoilt = codes.copy()
    spoilt[rows, cells] = codes[rows[np.arange(len(rows)) % period], cells]
    return spoilt


def one_answer(codebook: Codebook, codes: Codes, rows: Ints) -> Codes:
    """Answer every question with its default, as somebody who only presses Enter."""
    spoilt = codes.copy()
    layout = CodeLayout(codebook)
    for task, column in zip(codebook.tasks, layout.columns, strict=False):
        cells = column.encode([task.default] if task.many else task.default)
        spoilt[rows, column.start : column.start + column.width] = cells
    return _settled(codebook, spoilt, rows)


def careless(codebook: Codebook, codes: Codes, rows: Ints, *, share: float, seed: int) -> Codes:
    """Replace a share of the profiles by those of other rows of the rater, drawn at random."""
    rng = np.random.default_rng([seed, 11])
    chosen = rows[rng.random(len(rows)) < share]
    spoilt = codes.copy()
    spoilt[chosen] = codes[rng.choice(rows, len(chosen))]
    return _settled(codebook, spoilt, chosen)


def copied(codes: Codes, other: Codes, rows: Ints) -> Codes:
    """Take over another rater's answers."""
    spoilt = codes.copy()
    spoilt[rows] = other[rows]
    return spoilt


def drifting(codes: Codes, rows: Ints, column: int, *, from_code: int, to_code: int, seed: int, most: float) -> Codes:
    """Give one answer instead of another more and more often, up to a share `most` at the end."""
    rng = np.random.default_rng([seed, 12])
    chance = most * np.arange(1, len(rows) + 1) / max(1, len(rows))
    spoilt = codes.copy()
    chosen = rows[(codes[rows, column] == from_code) & (rng.random(len(rows)) < chance)]
    spoilt[chosen, column] = to_code
    return spoilt


def unlike(codes: Codes, rows: Ints, column: int, *, answers: int, seed: int, share: float) -> Codes:
    """Understand one question in another way: move a share of the answers to the next one of the scale."""
    rng = np.random.default_rng([seed, 13])
    spoilt = codes.copy()
    chosen = rows[(codes[rows, column] >= 0) & (rng.random(len(rows)) < share)]
    spoilt[chosen, column] = (codes[chosen, column] + 1) % answers
    return spoilt


def _settled(codebook: Codebook, codes: Codes, rows: Ints) -> Codes:
    """Make links not applicable where the changed answers do not ask them, and 0 where they do for the first time."""
    if not len(rows) or not codebook.links:
        return codes
    asked = asked_links(codebook, codes[rows])
    for link in codebook.links:
        column = next(each for each in CodeLayout(codebook).columns if each.slug == link.slug)
        own = codes[rows, column.start]
        zero = link.values.index(0) if 0 in link.values else 0
        codes[rows, column.start] = np.where(asked[link.slug], np.where(own >= 0, own, zero), NOT_APPLICABLE_CODE)
    return codes
