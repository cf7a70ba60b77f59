"""Alphas with other distances: between sets of choices, and those that the codebook states."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.distances import Level, overlaps
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.estimates import Estimate, counts_of, undefined
from agreement.statistics.measures.alpha import alphas
from agreement.statistics.measures.measure import Measure, gettext_noop

SETS: frozenset[Level] = frozenset(("sets",))


def jaccard_distances(sets: Sequence[frozenset[str]]) -> Floats:
    """Return 1 - J (V, V), J the size of the intersection over that of the union. Source: Jaccard 1901."""
    return 1 - overlaps(sets)[0]


def passonneau_2004_distances(sets: Sequence[frozenset[str]]) -> Floats:
    """Return the distances (V, V) of Passonneau 2004: 0 equal, 1/3 contained, 2/3 overlapping, 1 disjoint."""
    return 1 - overlaps(sets)[1]


def dkpro_masi_distances(sets: Sequence[frozenset[str]]) -> Floats:
    """Return (1 - J) (1 - M) (V, V), which DKPro Agreement calls MASI; it is not Passonneau's 1 - J M."""
    jaccard, monotony = overlaps(sets)
    return (1 - jaccard) * (1 - monotony)


def _estimates(distances: Callable[[Sequence[frozenset[str]]], Floats]) -> Callable[[Ratings], list[Estimate]]:
    return lambda ratings: alphas(ratings.patterns, distances(ratings.values)[None])  # type: ignore[arg-type]


def _custom(ratings: Ratings) -> list[Estimate]:
    if ratings.distances is None:
        return [undefined(ratings.patterns, counts_of(ratings.patterns))]
    return alphas(ratings.patterns, np.asarray(ratings.distances, dtype=float)[None])


ALPHA_JACCARD = Measure(
    name="alpha_jaccard",
    label=gettext_noop("Alpha by Jaccard’s distance"),
    estimates=_estimates(jaccard_distances),
    formula="alpha, D = 1 - J",
    source="Jaccard 1901; Artstein & Poesio 2008, Computational Linguistics 34",
    levels=SETS,
)
ALPHA_PASSONNEAU_2004 = Measure(
    name="alpha_passonneau_2004",
    label=gettext_noop("Alpha by Passonneau’s distance of 2004"),
    estimates=_estimates(passonneau_2004_distances),
    formula="alpha, D = 0 equal, 1/3 contained, 2/3 overlapping, 1 disjoint",
    source="Passonneau 2004, LREC",
    levels=SETS,
)
ALPHA_MASI_DKPRO = Measure(
    name="alpha_masi_dkpro",
    label=gettext_noop("Alpha by DKPro’s MASI"),
    estimates=_estimates(dkpro_masi_distances),
    formula="alpha, D = (1 - J) (1 - M)",
    source="DKPro Agreement (Meyer et al. 2014, COLING); for comparison only",
    levels=SETS,
)
ALPHA_CUSTOM = Measure(
    name="alpha_custom",
    label=gettext_noop("Alpha by the codebook’s distances"),
    estimates=_custom,
    formula="alpha, D as the codebook states it",
    source="Krippendorff 2011, Computing Krippendorff's Alpha-Reliability; the codebook",
    needs_distances=True,
)
