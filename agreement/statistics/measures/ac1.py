"""Gwet's AC1."""

from __future__ import annotations

from agreement.statistics.chance import chance_corrected, mean_shares
from agreement.statistics.figures import Figure
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.patterns import Patterns


def ac1(patterns: Patterns) -> Figure:
    """Gwet's AC1: as `fleiss`, with pe = sum_c p_c (1 - p_c) / (V - 1). V includes unused categories.

    Source: Gwet 2008.
    """
    shares, others = mean_shares(patterns), max(patterns.counts.shape[1] - 1, 1)
    return chance_corrected(patterns, float((shares * (1 - shares)).sum() / others), (1 - 2 * shares) / others)


AC1 = Measure(
    name="ac1",
    label=gettext_noop("Gwet’s AC1"),
    compute=lambda ratings: [ac1(ratings.patterns)],
)
