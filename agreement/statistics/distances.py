"""Distances between categories by level of measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from agreement.statistics.patterns import Floats

Level = Literal["nominal", "ordinal", "interval", "sets"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "sets")
Values = Sequence[float] | Sequence[frozenset[str]]


def fixed_distance(level: Level, categories: int, values: Values | None) -> Floats:
    """Return the distances (V, V) of a level whose distances do not depend on how often the categories occur.

    0 or 1 (nominal), squared differences of `values` (interval), `masi` (sets).

    Args:
        level: any but ordinal.
        categories: V.
        values: (V,) the numbers of the categories (interval; 0..V-1 by default), or their sets (sets; required).
    """
    if level == "nominal":
        return 1 - np.eye(categories)
    points = range(categories) if values is None else values
    if level == "sets":
        return np.array([[masi(one, other) for other in points] for one in points])  # type: ignore[arg-type]
    position = np.asarray(points, dtype=float)
    return np.asarray((position[:, None] - position) ** 2)


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the distance 1 - J * M of two sets, from 0 to 1.

    J is the size of the intersection over the size of the union; M is 1 for equal sets, 2/3 if one contains the other,
    1/3 if they overlap, 0 if they are disjoint. Two empty sets are equal. Source: Passonneau 2006.
    """
    if one == other:
        return 0.0
    monotonicity = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - len(one & other) / len(one | other) * monotonicity
