"""The measures of a report, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from baseline.data.rows import Question
from baseline.measures import from_counts
from baseline.measures.counts import Counts
from baseline.registry import Registry

Measure = Callable[[Counts, Question], from_counts.Figures]


@dataclass(frozen=True)
class Described:
    """A measure with the questions that it fits.

    Attributes:
        of: counts (..., rows, columns) -> figures (...); NaN where it is undefined.
        fits: whether it is defined for a question.
    """

    of: Measure
    fits: Callable[[Question], bool]


MEASURES: Registry[Described] = Registry("measure")


def _always(_question: Question) -> bool:
    return True


def _ordered(question: Question) -> bool:
    return question.is_ordered


def _register(name: str, of: Measure, fits: Callable[[Question], bool], summary: str) -> None:
    MEASURES.register(name, lambda: Described(of, fits), summary=summary)


_register("weighted-f1", from_counts.weighted_f1, _always, "mean F1 of the classes, weighted by support")
_register("macro-f1", from_counts.macro_f1, _always, "mean F1 of the classes that occur")
_register("accuracy", from_counts.accuracy, _always, "share of utterances that are right")
_register("macro-mae", from_counts.macro_mae, _ordered, "mean over the classes of the mean distance")
_register("quadratic-kappa", from_counts.quadratic_kappa, _ordered, "agreement with squared distances as weights")
