"""Ratings: the input of every measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agreement.statistics.answers.dialogues import Dialogues, Floats, dialogues_of
from agreement.statistics.answers.distances import Level, Values
from agreement.statistics.answers.patterns import Patterns, from_profiles
from agreement.statistics.answers.profiles import Profiles, profiles_of

Codes = npt.NDArray[np.integer]
Distances = Floats | Sequence[Sequence[float]]


@dataclass(frozen=True)
class Ratings:
    """The answers of R raters to one question on N utterances.

    Attributes:
        profiles: the answers (`profiles_of`).
        level: level of measurement.
        values: (V,) the sets of choices (level "sets") or the numbers (level "interval") that the categories stand for.
        distances: (V, V) distances of the codebook between categories, from 0 to 1; None if it has none.
    """

    profiles: Profiles
    level: Level = "nominal"
    values: Values | None = None
    distances: Distances | None = None

    @property
    def categories(self) -> int:
        """V, the number of possible answers, used or not."""
        return self.profiles.categories

    @property
    def n_columns(self) -> int:
        """R."""
        return int(self.profiles.codes.shape[1])

    @cached_property
    def patterns(self) -> Patterns:
        """The patterns of counts, for measures that do not distinguish the raters."""
        return from_profiles(self.profiles)

    @cached_property
    def shared(self) -> dict[str, object]:
        """Results that several measures have in common, by name."""
        return {}

    def without(self, rater: int) -> Ratings:
        """Return the ratings without those of one rater (a column), for values alone: without the dialogues."""
        return replace(self, profiles=self.profiles.without(rater))


def ratings(
    codes: npt.ArrayLike,
    categories: int,
    dialogue: npt.ArrayLike | Dialogues | None = None,
    *,
    level: Level = "nominal",
    values: Values | None = None,
    distances: Distances | None = None,
) -> Ratings:
    """Return ratings of a table of codes.

    Args:
        codes: (N, R) integers 0..V-1, or -1 where the rater gave no answer; fastest if the columns are contiguous.
        categories: V.
        dialogue: (N,) any integers that identify the dialogues; by default every utterance is its own dialogue.
        level: of measurement.
        values: as in `Ratings`.
        distances: as in `Ratings`.

    Raises:
        ValueError: as in `profiles_of`.
    """
    table = np.asarray(codes)
    groups = dialogue if isinstance(dialogue, Dialogues) else dialogues_of(dialogue, len(table))
    return Ratings(profiles_of(table, categories, groups), level, values, distances)
