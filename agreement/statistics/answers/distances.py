"""Distances between categories by level of measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from agreement.statistics.answers.dialogues import Floats

Level = Literal["nominal", "ordinal", "interval", "sets"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "sets")
Values = Sequence[float] | Sequence[frozenset[str]]


def fixed_distance(level: Level, categories: int, values: Values | None) -> Floats:
    """Return the distances (V, V) of a level whose distances do not depend on how often the categories occur.

    0 or 1 (nominal), squared differences of `values` (interval), `masi` (sets).

    Args:
        level: any but ordinal.
        categories: V; 0 if no set of choices was given.
        values: (V,) the numbers of the categories (interval; 0..V-1 by default), or their sets (sets; required).
    """
    if level == "nominal":
        return 1 - np.eye(categories)
    points = range(categories) if values is None else values
    if level == "sets":
        return masi_distances(points)  # type: ignore[arg-type]
    position = np.asarray(points, dtype=float)
    return np.asarray((position[:, None] - position) ** 2)


def masi_distances(sets: Sequence[frozenset[str]]) -> Floats:
    """Return the distances (V, V) of sets: 1 - J * M, from 0 to 1, as in `overlaps`. Source: Passonneau 2006."""
    jaccard, monotony = overlaps(sets)
    return 1 - jaccard * monotony


def overlaps(sets: Sequence[frozenset[str]]) -> tuple[Floats, Floats]:
    """Return J and M of sets, (V, V) each.

    J is the size of the intersection over the size of the union; M is 1 for equal sets, 2/3 if one contains the other,
    1/3 if they overlap, 0 if they are disjoint. Two empty sets are equal. Source: Passonneau 2006.
    """
    position = {element: column for column, element in enumerate(sorted(frozenset[str]().union(*sets)))}
    has = np.zeros((len(sets), len(position)))
    for row, each in enumerate(sets):
        has[row, [position[element] for element in each]] = 1
    shared, size = has @ has.T, has.sum(axis=1)
    smaller, union = np.minimum.outer(size, size), np.add.outer(size, size) - shared
    contained = np.where(shared == smaller, 2 / 3, np.where(shared > 0, 1 / 3, 0.0))
    monotony = np.where(shared == union, 1.0, np.where((shared == 0) & (union > 0), 0.0, contained))
    return np.divide(shared, union, out=np.ones_like(union), where=union > 0), monotony
