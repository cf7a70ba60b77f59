"""Brennan and Prediger's kappa."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import chance_corrected
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.measures.measure import Measure, gettext_noop


def brennan_prediger(patterns: Patterns) -> Estimate:
    """Agreement corrected by uniform chance: as `fleiss`, with pe = 1 / V. V includes unused categories.

    Also known as Bennett's S, Randolph's kappa, and for two categories PABAK. Source: Brennan & Prediger 1981.
    """
    categories = max(patterns.counts.shape[1], 1)
    return chance_corrected(patterns, np.array([1 / categories]), np.zeros((1, patterns.counts.shape[1])))[0]


BRENNAN_PREDIGER = Measure(
    name="brennan_prediger",
    label=gettext_noop("Brennan and Prediger’s kappa"),
    estimates=lambda ratings: [brennan_prediger(ratings.patterns)],
    formula="(pa - pe) / (1 - pe), pe = 1 / V",
    source="Brennan & Prediger 1981, Educational and Psychological Measurement 41",
)
