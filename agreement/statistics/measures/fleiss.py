"""Fleiss' kappa."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import chance_corrected, mean_shares
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.measures.measure import Measure, gettext_noop


def fleiss(patterns: Patterns) -> Estimate:
    """Fleiss' kappa in Gwet's form, which takes missing ratings and equals Fleiss 1971 if none is missing.

    (pa - pe) / (1 - pe): pa as in `percent`, pe = sum_c p_c^2 with p_c the mean of v_c / m over all utterances with at
    least one rating. For two raters this is Scott's pi. Source: Fleiss 1971; Gwet 2014, chapter 2.
    """
    shares = mean_shares(patterns)
    return chance_corrected(patterns, np.array([(shares**2).sum()]), 2 * shares[None])[0]


FLEISS = Measure(
    name="fleiss",
    label=gettext_noop("Fleiss’ kappa"),
    estimates=lambda ratings: [fleiss(ratings.patterns)],
    formula="(pa - pe) / (1 - pe), pe = sum_c p_c^2",
    source="Fleiss 1971, Psychological Bulletin 76; with missing ratings Gwet 2014, chapter 2",
)
