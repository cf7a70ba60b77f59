"""Ratings: the input of every measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agreement.statistics.distances import Level, Values
from agreement.statistics.patterns import Ints, Patterns, from_codes


@dataclass(frozen=True)
class Ratings:
    """The answers of R raters to one question on N utterances.

    Attributes:
        codes: (N, R) integers 0..V-1, or -1 where the rater gave no answer.
        categories: V, the number of possible answers, used or not.
        dialogue: (N,) any integers that identify the dialogues.
        level: level of measurement.
        values: (V,) the sets of choices (level "sets") or the numbers (level "interval") that the categories stand for.
    """

    codes: Ints
    categories: int
    dialogue: Ints
    level: Level = "nominal"
    values: Values | None = None

    @cached_property
    def patterns(self) -> Patterns:
        """The patterns of counts, for measures that do not distinguish the raters."""
        return from_codes(self.codes, self.categories, self.dialogue)


def ratings(
    codes: npt.ArrayLike,
    categories: int,
    dialogue: npt.ArrayLike | None = None,
    *,
    level: Level = "nominal",
    values: Values | None = None,
) -> Ratings:
    """Return ratings from anything that numpy takes; by default every utterance is its own dialogue."""
    table = np.asarray(codes, dtype=np.int64)
    groups = np.arange(len(table)) if dialogue is None else np.asarray(dialogue, dtype=np.int64)
    return Ratings(table, categories, groups, level, values)
