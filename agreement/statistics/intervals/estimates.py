"""Estimates: the value of a measure with all that its interval is computed from."""

from __future__ import annotations

from dataclasses import dataclass

from agreement.statistics.answers.dialogues import Bools, Floats
from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.intervals.figures import NO_VARIATION, NOTHING_TO_COMPARE, ONE_RATER

Basis = Patterns | Profiles


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of compared units, dialogues and raters.

    Attributes:
        units, dialogues, raters: as in `figures.Figure`.
        carriers, disagreeing: as in `figures.Figure`.
        compared: (rows,) which rows of the basis can be compared.
    """

    units: int
    dialogues: int
    raters: int
    carriers: int
    disagreeing: int
    compared: Bools


@dataclass(frozen=True, slots=True)
class Estimate:
    """The value of a measure, and how it depends on each dialogue.

    Attributes:
        value: None if it is undefined.
        reason: why.
        basis: the patterns or profiles that the influence refers to; None for a spread computed in another way.
        influence: (rows,) derivative of the value by the number of utterances of each row of the basis.
        counts: what was compared.
        loss: by how much the value falls from 1 if no answer but the most frequent one were ever repeated.
        size: number of independent events the value can stand for at most, such as the uses of a rare category.
        floor: smallest possible value.
    """

    value: float | None
    reason: str
    basis: Basis | None
    influence: Floats | None
    counts: Counts
    loss: float = 1.0
    size: float = 0.0
    floor: float = -1.0


def counts_of(patterns: Patterns) -> Counts:
    """Return what patterns compare."""
    return Counts(
        patterns.n_units,
        patterns.n_dialogues,
        patterns.n_raters,
        patterns.n_carriers,
        patterns.n_disagreeing,
        patterns.compared,
    )


def undefined(basis: Basis, counts: Counts, reason: str = NO_VARIATION) -> Estimate:
    """Return an estimate without a value; if nothing can be compared at all, that is the reason."""
    if counts.raters < 2:
        reason = ONE_RATER
    elif counts.units == 0:
        reason = NOTHING_TO_COMPARE
    return Estimate(None, reason, basis, None, counts)
