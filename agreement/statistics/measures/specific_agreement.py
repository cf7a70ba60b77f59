"""Specific agreement of each category."""

from __future__ import annotations

import numpy as np

from agreement.statistics.chance import divided, ratio
from agreement.statistics.figures import NEVER_USED, Figure
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.patterns import Patterns


def specific_agreement(patterns: Patterns) -> list[Figure]:
    """The probability that another rater gives a category that one rater gave, V figures.

    o_cc / n_c with o_cc = sum v_c (v_c - 1) / (m - 1) and n_c = sum v_c over compared utterances; 2a / (2a + b + c) for
    two raters. Source: Cicchetti & Feinstein 1990; de Vet et al. 2013.
    """
    return [_of_category(patterns, category) for category in range(patterns.counts.shape[1])]


def _of_category(patterns: Patterns, category: int) -> Figure:
    own, m = patterns.counts[:, category].astype(float), patterns.ratings
    repeated = divided(m >= 2, own * (own - 1), m - 1)
    return ratio(patterns, repeated, np.where(m >= 2, own, 0.0), reason=NEVER_USED)


SPECIFIC_AGREEMENT = Measure(
    name="specific_agreement",
    key="specific",
    label=gettext_noop("Specific agreement"),
    compute=lambda ratings: specific_agreement(ratings.patterns),
    scope="category",
    is_share=True,
)
