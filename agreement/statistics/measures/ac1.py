"""Gwet's AC1."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.chance import chance_corrected, mean_shares
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.measures.measure import Measure, gettext_noop


def ac1(patterns: Patterns) -> Estimate:
    """Gwet's AC1: as `fleiss`, with pe = sum_c p_c (1 - p_c) / (V - 1). V includes unused categories.

    Source: Gwet 2008.
    """
    shares, others = mean_shares(patterns), max(patterns.counts.shape[1] - 1, 1)
    chance = np.array([(shares * (1 - shares)).sum() / others])
    return chance_corrected(patterns, chance, (1 - 2 * shares)[None] / others)[0]


AC1 = Measure(
    name="ac1",
    label=gettext_noop("Gwet’s AC1"),
    estimates=lambda ratings: [ac1(ratings.patterns)],
    formula="(pa - pe) / (1 - pe), pe = sum_c p_c (1 - p_c) / (V - 1)",
    source="Gwet 2008, British Journal of Mathematical and Statistical Psychology 61",
)
