"""Accuracy, F1 and mean absolute error from lists of labels; pure Python, so that it can be checked by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ClassFigures:
    """Precision, recall and F1 of one class, and how often the split really has it."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Figures:
    """What a question's predictions are worth on one split.

    Attributes:
        n: labelled utterances that were compared; with none every figure is None.
        accuracy: share of utterances predicted exactly (as a whole set, for a question with many answers).
        macro_f1: mean F1 over the classes that occur among the labels or the predictions (as scikit-learn does).
        weighted_f1: mean F1 over the classes, each counted by its support.
        mean_absolute_error: mean distance on a link's scale; None for tasks.
        per_class: the figures of every class of the question, in the codebook's order.
    """

    n: int
    accuracy: float | None
    macro_f1: float | None
    weighted_f1: float | None
    mean_absolute_error: float | None
    per_class: dict[str, ClassFigures]

    def as_document(self) -> dict[str, Any]:
        """Return the figures for a JSON file."""
        return asdict(self)


def single(
    gold: Sequence[Hashable], predicted: Sequence[Hashable], classes: Sequence[Hashable], *, scale: bool = False
) -> Figures:
    """Compare one label per utterance.

    Args:
        gold: labels, of length n.
        predicted: predictions, of length n.
        classes: every label there may be.
        scale: the labels are integers whose distance means something.
    """
    distances = [abs(int(str(a)) - int(str(b))) for a, b in zip(gold, predicted, strict=True)] if scale else []
    return _figures([{label} for label in gold], [{label} for label in predicted], classes, distances)


def multiple(gold: Sequence[Set[Hashable]], predicted: Sequence[Set[Hashable]], classes: Sequence[Hashable]) -> Figures:
    """Compare a set of labels per utterance; arguments as in `single`."""
    return _figures(gold, predicted, classes, [])


def _figures(
    gold: Sequence[Set[Hashable]],
    predicted: Sequence[Set[Hashable]],
    classes: Sequence[Hashable],
    distances: Sequence[int],
) -> Figures:
    hits: Counter[Hashable] = Counter()
    support: Counter[Hashable] = Counter()
    chosen: Counter[Hashable] = Counter()
    exact = 0
    for truth, guess in zip(gold, predicted, strict=True):
        hits.update(truth & guess)
        support.update(truth)
        chosen.update(guess)
        exact += truth == guess
    per_class = {each: _class_figures(hits[each], support[each], chosen[each]) for each in classes}
    seen = [figures.f1 for each, figures in per_class.items() if support[each] or chosen[each]]
    weighted = sum(figures.f1 * figures.support for figures in per_class.values())
    return Figures(
        n=len(gold),
        accuracy=_ratio(exact, len(gold)),
        macro_f1=_ratio(sum(seen), len(seen)),
        weighted_f1=_ratio(weighted, sum(support.values())),
        mean_absolute_error=_ratio(sum(distances), len(distances)),
        per_class={str(each): figures for each, figures in per_class.items()},
    )


def _class_figures(hits: int, support: int, chosen: int) -> ClassFigures:
    return ClassFigures(
        precision=hits / chosen if chosen else 0.0,
        recall=hits / support if support else 0.0,
        f1=2 * hits / (support + chosen) if support + chosen else 0.0,
        support=support,
    )


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None
