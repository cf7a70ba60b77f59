"""The description of a measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agreement.statistics.answers.distances import LEVELS, Level
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.intervals.by_dialogues import figures_of
from agreement.statistics.intervals.estimates import Estimate
from agreement.statistics.intervals.figures import Figure

Scope = Literal["question", "category", "pair"]


@dataclass(frozen=True, slots=True)
class Measure:
    """An entry of `registry.MEASURES`.

    Attributes:
        name: unique; the measure's name in the CSV download.
        label: name on the pages, in English; the pages translate it.
        estimates: returns one estimate (scope "question"), one per category in their order ("category"), or one per
            pair of raters in the order of `itertools.combinations` of their columns ("pair").
        formula: the formula in one line.
        source: the publication that defines it.
        scope: the subject of a figure.
        key: name of the figure in the JSON of reports and releases, unique within the scope; `name` by default.
        levels: levels of measurement it applies to. For a question with sets of choices, a measure of scope "category"
            gets each choice as nominal ratings with two categories: chosen (0) and not chosen (1).
        is_share: whether the value is a share from 0 to 1, shown in percent, and not a coefficient.
        needs_distances: whether it applies only to questions with distances of the codebook.
    """

    name: str
    label: str
    estimates: Callable[[Ratings], Sequence[Estimate]]
    formula: str
    source: str
    scope: Scope = "question"
    key: str = ""
    levels: frozenset[Level] = frozenset(LEVELS)
    is_share: bool = False
    needs_distances: bool = False

    @property
    def json_key(self) -> str:
        """The key in the figures JSON."""
        return self.key or self.name

    def compute(self, ratings: Ratings) -> list[Figure]:
        """Return the figures with their intervals."""
        return figures_of(self.estimates(ratings))

    def applies(self, ratings: Ratings) -> bool:
        """Return whether the measure is computed for these ratings."""
        return ratings.level in self.levels and (ratings.distances is not None or not self.needs_distances)


def gettext_noop(text: str) -> str:
    """Mark a label for translation; this package does not import Django."""
    return text
