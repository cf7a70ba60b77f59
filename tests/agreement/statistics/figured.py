"""The measures as functions that return figures with intervals."""

from collections.abc import Callable

import numpy.typing as npt

from agreement.statistics.answers.patterns import Patterns
from agreement.statistics.answers.ratings import ratings
from agreement.statistics.intervals.by_dialogues import figured, figures_of
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.intervals.figures import Figure
from agreement.statistics.measures import ac1 as ac1s
from agreement.statistics.measures import alpha as alphas
from agreement.statistics.measures import fleiss as fleisses
from agreement.statistics.measures import percent as percents
from agreement.statistics.measures import specific_agreement as specific
from agreement.statistics.measures.cohen import Pair, cohen, pairs_of

alpha = figured(alphas.alpha)
fleiss = figured(fleisses.fleiss)
ac1 = figured(ac1s.ac1)
percent = figured(percents.percent)
percent_pooled = figured(percents.percent_pooled)


def several(measure: Callable[[Patterns], list[Estimate]]) -> Callable[[Patterns], list[Figure]]:
    return lambda patterns: figures_of(measure(patterns))


alpha_per_category = several(alphas.alpha_per_category)
specific_agreement = several(specific.specific_agreement)


def pairs(codes: npt.ArrayLike, categories: int, dialogue: npt.ArrayLike) -> list[tuple[Pair, Figure]]:
    rated = ratings(codes, categories, dialogue)
    found = pairs_of(rated)
    return list(zip(found, figures_of([cohen(pair, rated.profiles) for pair in found]), strict=True))
