"""Fleiss' kappa."""

from __future__ import annotations

from agreement.statistics.chance import chance_corrected, mean_shares
from agreement.statistics.figures import Figure
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.patterns import Patterns


def fleiss(patterns: Patterns) -> Figure:
    """Fleiss' kappa in Gwet's form, which takes missing ratings and equals Fleiss 1971 if none is missing.

    (pa - pe) / (1 - pe): pa as in `percent`, pe = sum_c p_c^2 with p_c the mean of v_c / m over all utterances with at
    least one rating. For two raters this is Scott's pi. Source: Fleiss 1971; Gwet 2014, chapter 2.
    """
    shares = mean_shares(patterns)
    return chance_corrected(patterns, float((shares**2).sum()), 2 * shares)


FLEISS = Measure(
    name="fleiss",
    label=gettext_noop("Fleiss’ kappa"),
    compute=lambda ratings: [fleiss(ratings.patterns)],
)
