"""The registry of measures: every one is in reports, downloads and releases, in this order.

To add a measure, write its file, add its entry here, and test it against published values.
"""

from __future__ import annotations

from agreement.statistics.answers.distances import Level
from agreement.statistics.measures import (
    ac1,
    alpha,
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    percent,
    set_alphas,
    specific_agreement,
    weighted,
)
from agreement.statistics.measures.measure import Measure, Scope

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        alpha.ALPHA,
        fleiss.FLEISS,
        ac1.AC1,
        percent.PERCENT,
        percent.PERCENT_POOLED,
        brennan_prediger.BRENNAN_PREDIGER,
        conger.CONGER,
        cohen.LIGHT,
        conger.HUBERT,
        set_alphas.ALPHA_CUSTOM,
        set_alphas.ALPHA_JACCARD,
        set_alphas.ALPHA_PASSONNEAU_2004,
        set_alphas.ALPHA_MASI_DKPRO,
        *weighted.WEIGHTED,
        *conger.CONGER_WEIGHTED,
        alpha.ALPHA_OF_LABEL,
        specific_agreement.SPECIFIC_AGREEMENT,
        cohen.COHEN,
        *cohen.COHEN_WEIGHTED,
        cohen.SCOTT,
    )
}


def measures(scope: Scope, level: Level | None = None) -> list[Measure]:
    """Return the measures of a scope, at one level of measurement or at any."""
    return [
        measure
        for measure in MEASURES.values()
        if measure.scope == scope and (level is None or level in measure.levels)
    ]
