"""Specific agreement of each category."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.intervals.estimates import Counts, Estimate, undefined
from agreement.statistics.intervals.figures import NEVER_USED
from agreement.statistics.measures.measure import Measure, gettext_noop


def specific_agreement(patterns: Patterns) -> list[Estimate]:
    """The probability that another rater gives a category that one rater gave, V estimates.

    o_cc / n_c with o_cc = sum v_c (v_c - 1) / (m - 1) and n_c = sum v_c over compared utterances; 2a / (2a + b + c) for
    two raters. Source: Cicchetti & Feinstein 1990; de Vet et al. 2013.
    """
    own = np.where(patterns.compared[:, None], patterns.counts, 0)
    repeated = own * (own - 1) / np.maximum(patterns.ratings - 1, 1)[:, None]
    used, agreed = patterns.times @ own, patterns.times @ repeated
    values = agreed / np.maximum(used, 1)
    influence = (repeated - values * own) / np.maximum(used, 1)
    return [
        Estimate(value, "", patterns, influence[:, category], counts, size=float(n), floor=0.0)
        if n
        else undefined(patterns, counts, NEVER_USED)
        for category, (value, n, counts) in enumerate(
            zip(values.tolist(), used.tolist(), counts_of_categories(patterns), strict=True)
        )
    ]


def counts_of_categories(patterns: Patterns) -> list[Counts]:
    """Return what was compared, for each category against all others."""
    return [
        Counts(patterns.n_units, patterns.n_dialogues, patterns.n_raters, carriers, differing, patterns.compared)
        for carriers, differing in zip(patterns.n_containing.tolist(), patterns.n_differing.tolist(), strict=True)
    ]


SPECIFIC_AGREEMENT = Measure(
    name="specific_agreement",
    key="specific",
    label=gettext_noop("Specific agreement"),
    estimates=lambda ratings: specific_agreement(ratings.patterns),
    formula="o_cc / n_c, o_cc = sum v_c (v_c - 1) / (m - 1)",
    source="Cicchetti & Feinstein 1990, Journal of Clinical Epidemiology 43; de Vet et al. 2013, BMJ 346",
    scope="category",
    is_share=True,
)
