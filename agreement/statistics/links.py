"""Agreement on links: answers that state how strongly one task pulls another, such as emotion and sentiment.

A value of a link is three answers in one: that the link applies at all, its sign, and its strength. Each is compared on
its own, among all raters and among those who gave the same answers at both ends of the link: raters who see other ends
value another link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Bools, Dialogues, Floats, Ints, dialogues_of
from agreement.statistics.answers.distances import Level
from agreement.statistics.answers.patterns import Patterns, from_codes, from_profiles
from agreement.statistics.answers.profiles import MISSING, profiles_of
from agreement.statistics.intervals.by_dialogues import TINY, figure_of, quantile
from agreement.statistics.intervals.figures import (
    ALIKE,
    FEW,
    FEW_DIALOGUES,
    NO_VARIATION,
    NOTHING_TO_COMPARE,
    TOO_MANY_SETS,
    Figure,
)
from agreement.statistics.measures.alpha import alpha
from agreement.statistics.measures.percent import percent

PARTS = ("applicability", "sign", "strength", "value")
NEGATIVE, ZERO, POSITIVE = 0, 1, 2
MOST_CELLS = 10_000  # of a table of both ends

Table = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Part:
    """Agreement on one part of the answers to a link.

    Attributes:
        name: one of `PARTS`.
        alpha: nominal for applicability and sign, ordinal for strength and value.
        percent: percent agreement.
    """

    name: str
    alpha: Figure
    percent: Figure


@dataclass(frozen=True, slots=True)
class Ends:
    """The answers to the tasks at both ends of a link.

    Attributes:
        source, target: (N, R) codes, -1 where a rater gave none.
        categories: the numbers of possible answers.
    """

    source: Table
    target: Table
    categories: tuple[int, int]

    @property
    def pair(self) -> Ints:
        """(N, R) one number per pair of answers, -1 where one is missing."""
        known = (self.source != MISSING) & (self.target != MISSING)
        return np.where(known, self.source.astype(np.int64) * self.categories[1] + self.target, MISSING)


def link_parts(
    codes: Table, applies: Table, values: Sequence[int], dialogues: Dialogues, ends: Ends | None = None
) -> list[Part]:
    """Return the agreement on each part of the answers to a link, in the order of `PARTS`.

    Strength is compared among raters who gave the link the same sign, other than zero: with other signs it means
    something else. With `ends`, only answers to the same utterance with the same answers at both ends are compared.
    Each group of raters that is compared counts as an utterance of its own, so alpha (Krippendorff 2011) and its
    interval are the usual ones.

    Args:
        codes: (N, R) places in `values`, -1 where a rater gave none.
        applies: (N, R) 1 if the link applies by the rater's own answers, 0 if not, -1 if unknown.
        values: of the link, in order; 0 stands for no pull.
        dialogues: of the N utterances.
        ends: answers at both ends; None compares all raters.
    """
    scale = np.asarray(values)
    sign = np.where(codes == MISSING, MISSING, np.sign(scale)[codes] + 1)
    strengths = np.unique(np.abs(scale[scale != 0]))
    strength = np.where((sign == MISSING) | (sign == ZERO), MISSING, np.searchsorted(strengths, np.abs(scale)[codes]))
    same: Ints = np.zeros(codes.shape, dtype=np.int64) if ends is None else ends.pair
    by_sign = np.where((same == MISSING) | (sign == MISSING), MISSING, same * 3 + sign)
    compared: tuple[tuple[str, Table, int, Level, Ints], ...] = (
        ("applicability", applies, 2, "nominal", same),
        ("sign", sign, 3, "nominal", same),
        ("strength", strength, max(len(strengths), 1), "ordinal", by_sign),
        ("value", codes, len(scale), "ordinal", same),
    )
    n_raters = int(((codes != MISSING) | (applies != MISSING)).any(axis=0).sum())
    found = []
    for name, answers, categories, level, group in compared:
        patterns = replace(_grouped(answers, group, categories, dialogues), n_raters=n_raters)
        found.append(Part(name, figure_of(alpha(patterns, level)), figure_of(percent(patterns))))
    return found


def _grouped(codes: Table, group: Ints, categories: int, dialogues: Dialogues) -> Patterns:
    """Return the patterns of answers of raters of one group: each group of an utterance is a row of its own.

    Args:
        codes: (N, R).
        group: (N, R) number of the rater's group, -1 for none.
        categories: V.
        dialogues: of the N utterances.
    """
    groups = int(group.max(initial=0)) + 1
    if groups == 1:  # then the rows are the utterances, of which those without an answer change nothing
        return from_profiles(profiles_of(np.where(group == MISSING, MISSING, codes), categories, dialogues))
    units, raters = np.nonzero((codes != MISSING) & (group != MISSING))
    keys, row = np.unique(units * groups + group[units, raters], return_inverse=True)
    table = np.full((len(keys), codes.shape[1]), MISSING, dtype=np.int64, order="F")
    table[row.reshape(-1), raters] = codes[units, raters]
    return from_codes(table, categories, dialogues.number[keys // groups])


@dataclass(frozen=True, slots=True)
class Association:
    """The association of the answers at both ends of a link, as Cramér's V.

    Attributes:
        within: of each rater's source with the same rater's target.
        across: of each rater's source with another rater's target on the same utterance.
        kept: across / within: the share of the association that remains between different raters.
    """

    within: Figure
    across: Figure
    kept: Figure


def association(ends: Ends, dialogues: Dialogues) -> Association:
    """Return the association of the answers at the ends of a link, within raters and across them.

    Utterances count with at least two raters who answered both ends. An utterance with m of them adds m observations to
    both tables: within, the pairs of answers of each rater; across, each ordered pair of different raters with the
    weight 1 / (m - 1). So both tables have the same margins, and V = sqrt(chi^2 / (n (min(rows, columns) - 1))) (Cramér
    1946, Mathematical Methods of Statistics, section 21.9; rows and columns that occur) differs
    only because one or two raters answer.
    Intervals are jackknifed over dialogues (Efron & Stein 1981), +- t error with G - 1 degrees of freedom.

    Args:
        ends: of N utterances.
        dialogues: of the N utterances.
    """
    rows, columns = ends.categories
    both = ends.pair != MISSING
    answered = both.sum(axis=1)
    unit, rater = np.nonzero(both & (answered >= 2)[:, None])
    group = dialogues_of(dialogues.number[unit], len(unit))
    counts = (int((answered >= 2).sum()), group.count, len(np.unique(rater)))
    if not len(unit) or rows * columns > MOST_CELLS:
        empty = Figure(None, TOO_MANY_SETS if len(unit) else NOTHING_TO_COMPARE, None, None, *counts)
        return Association(empty, empty, empty)
    source, target = ends.source[unit, rater], ends.target[unit, rater]
    cells = rows * columns
    within = _tables(group, source * columns + target, np.ones(len(unit)), cells)
    across = -_tables(group, source * columns + target, 1 / (answered[unit] - 1), cells)
    for other in range(ends.source.shape[1]):
        theirs = both[unit, other]
        cell = source[theirs] * columns + ends.target[unit[theirs], other]
        across += _tables(Dialogues(group.number[theirs], group.count), cell, 1 / (answered[unit[theirs]] - 1), cells)
    shape = (-1, rows, columns)
    one, other_table = within.reshape(shape), across.reshape(shape)
    carriers = min(_carriers(group, source), _carriers(group, target))
    values = np.stack([_with_and_without_each(one), _with_and_without_each(other_table)])
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = values[1] / values[0]
    return Association(
        _figure(values[0], counts, carriers),
        _figure(values[1], counts, carriers),
        _figure(kept, counts, carriers, 9.99),
    )


def _tables(group: Dialogues, cell: npt.ArrayLike, weight: Floats, cells: int) -> Floats:
    """Return the weights of the cells in each dialogue, (G, cells)."""
    key = group.number * cells + np.asarray(cell)
    return np.asarray(np.bincount(key, weights=weight, minlength=group.count * cells).reshape(group.count, cells))


def _carriers(group: Dialogues, answers: Table) -> int:
    """Return the number of dialogues with an answer other than the most frequent one."""
    rare: Bools = answers != np.bincount(answers).argmax()
    return len(np.unique(group.number[rare]))


def _with_and_without_each(tables: Floats) -> Floats:
    """Return V of the sum of tables (G, r, c), then of the sum without each, (1 + G,); nan without variation."""
    whole = tables.sum(axis=0)
    every = np.concatenate([whole[None], whole - tables])
    every = np.where(np.abs(every) < 1e-9, 0.0, every)  # rounding of sums of fractions
    rows, columns = every.sum(axis=2), every.sum(axis=1)
    total = rows.sum(axis=1)
    expected = rows[:, :, None] * columns[:, None, :] / np.maximum(total, 1e-300)[:, None, None]
    cells = np.divide((every - expected) ** 2, expected, out=np.zeros_like(every), where=expected > 0)
    fewer = np.minimum((rows > 0).sum(axis=1), (columns > 0).sum(axis=1)) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(fewer > 0, np.sqrt(cells.sum(axis=(1, 2)) / (total * fewer)), np.nan))


def _figure(values: Floats, counts: tuple[int, int, int], carriers: int, most: float = 1.0) -> Figure:
    """Return the figure of a value and of those without each dialogue, (1 + G,)."""
    value, left = float(values[0]), values[1:]
    if not np.isfinite(value):
        return Figure(None, NO_VARIATION, None, None, *counts)
    groups = len(left)
    if groups < 2 or not np.isfinite(left).all():
        return Figure(value, "", None, None, *counts, n_carriers=carriers, note=ALIKE)
    error = float(np.sqrt((groups - 1) / groups * ((left - left.mean()) ** 2).sum()))
    if error < TINY:
        return Figure(value, "", None, None, *counts, n_carriers=carriers, note=ALIKE)
    reach = quantile(groups - 1) * error
    note = FEW if carriers < FEW_DIALOGUES else ""
    low, high = max(value - reach, 0.0), min(value + reach, most)
    return Figure(value, "", low, high, *counts, error=error, n_carriers=carriers, note=note)
