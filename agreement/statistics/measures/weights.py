"""Weights of agreement between categories, from 1 for equal ones to 0.

Source of all families: Gwet 2014, Handbook of Inter-Rater Reliability, chapter 3; his R package irrCAC. With x, y the
values of two categories, lo and hi the smallest and the largest and r = hi - lo, the disagreement 1 - w is

    linear     |x - y| / r
    quadratic  (x - y)^2 / r^2
    radical    sqrt(|x - y| / r)
    ordinal    C(k, 2) / C(q, 2), k the number of categories from one to the other, both included
    ratio      ((x - y) / (x + y))^2 / (r / (hi + lo))^2
    circular   sin(pi (x - y) / (r + 1))^2, over its largest value
    bipolar    (x - y)^2 / ((x + y - 2 lo) (2 hi - x - y)), over its largest value
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agreement.statistics.answers.dialogues import Floats

WEIGHTS = ("linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")


def weights_of(values: Sequence[float]) -> dict[str, Floats]:
    """Return the weights (V, V) of each family; `ratio` is left out if a value is negative or only one exists.

    Args:
        values: (V,) of the categories in their order.
    """
    x = np.asarray(values, dtype=float)
    gap, total = np.abs(x[:, None] - x), x[:, None] + x
    if len(x) < 2:
        return dict.fromkeys(WEIGHTS, np.eye(len(x)))
    lo, hi = float(x.min()), float(x.max())
    apart = gap / (hi - lo)
    steps = np.abs(np.arange(len(x))[:, None] - np.arange(len(x))) + 1.0
    both = (total - 2 * lo) * (2 * hi - total)
    found = {
        "linear": apart,
        "quadratic": apart**2,
        "ordinal": steps * (steps - 1) / 2,
        "radical": np.sqrt(apart),
        "circular": np.sin(np.pi * gap / (hi - lo + 1)) ** 2,
        "bipolar": np.divide(gap**2, both, out=np.zeros_like(gap), where=both > 0),
    }
    if lo >= 0:
        found["ratio"] = np.divide(gap, total, out=np.zeros_like(gap), where=total > 0) ** 2
    return {name: 1 - found[name] / found[name].max() for name in WEIGHTS if name in found}
