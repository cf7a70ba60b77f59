"""Percent agreement, weighted by utterances and weighted by ratings."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import agreeing_share, ratio
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.measures.measure import Measure, gettext_noop


def percent(patterns: Patterns) -> Estimate:
    """Mean over compared utterances of the share of rater pairs that agree.

    mean of sum_c v_c (v_c - 1) / (m (m - 1)), with v an utterance's counts and m = sum(v) >= 2. Every utterance has the
    same weight, however many raters it has. Source: Gwet 2014; irrCAC.
    """
    return ratio(patterns, agreeing_share(patterns), patterns.compared.astype(float))


def percent_pooled(patterns: Patterns) -> Estimate:
    """One minus the observed disagreement of alpha: utterances are weighted by their number of ratings m.

    sum of sum_c v_c (v_c - 1) / (m - 1) over sum of m, over compared utterances. Source: DKPro Agreement.
    """
    m = patterns.ratings
    return ratio(patterns, agreeing_share(patterns) * m, np.where(m >= 2, m, 0).astype(float))


PERCENT = Measure(
    name="percent",
    label=gettext_noop("Percent agreement"),
    estimates=lambda ratings: [percent(ratings.patterns)],
    formula="mean of sum_c v_c (v_c - 1) / (m (m - 1))",
    source="Gwet 2014, chapter 2",
    is_share=True,
)
PERCENT_POOLED = Measure(
    name="percent_pooled",
    label=gettext_noop("Percent agreement, by ratings"),
    estimates=lambda ratings: [percent_pooled(ratings.patterns)],
    formula="sum of sum_c v_c (v_c - 1) / (m - 1), over sum of m",
    source="DKPro Agreement (Meyer et al. 2014, COLING)",
    is_share=True,
)
