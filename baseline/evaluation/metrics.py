"""Accuracy, F1 and mean absolute error, in pure Python so that they can be checked by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence, Set
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ClassFigures:
    """Precision, recall and F1 of one class, and its support: the number of labels of this class.

    A ratio whose denominator is 0 is given as 0.
    """

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Figures:
    """Quality of the predictions for one question on one split.

    Attributes:
        n: number of utterances with a label. If it is 0, the figures are None.
        accuracy: share of utterances whose prediction equals the label (all classes, for a question with many answers).
        macro_f1: mean F1 over the classes that occur among the labels or the predictions (as in scikit-learn).
        weighted_f1: mean F1 over the classes, weighted by support.
        mean_absolute_error: mean distance of the numbers of a link or of an interval task; None for other tasks.
        per_class: figures of every class of the question, in the order of the codebook.
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
    labels: Sequence[Hashable], predictions: Sequence[Hashable], classes: Sequence[Hashable], *, scale: bool = False
) -> Figures:
    """Compare one label per utterance with one prediction.

    Args:
        labels: labels, of length n.
        predictions: predictions, of length n.
        classes: all possible labels.
        scale: whether the labels are integers on a scale, as numbers or as text, so that distances can be measured.
    """
    distances = [abs(int(str(a)) - int(str(b))) for a, b in zip(labels, predictions, strict=True)] if scale else []
    return _figures([{label} for label in labels], [{each} for each in predictions], classes, distances)


def multiple(
    labels: Sequence[Set[Hashable]], predictions: Sequence[Set[Hashable]], classes: Sequence[Hashable]
) -> Figures:
    """Compare a set of labels per utterance with a set of predictions; arguments as in `single`."""
    return _figures(labels, predictions, classes, [])


def _figures(
    labels: Sequence[Set[Hashable]],
    predictions: Sequence[Set[Hashable]],
    classes: Sequence[Hashable],
    distances: Sequence[int],
) -> Figures:
    hits: Counter[Hashable] = Counter()
    support: Counter[Hashable] = Counter()
    predicted: Counter[Hashable] = Counter()
    exact = 0
    for label, prediction in zip(labels, predictions, strict=True):
        hits.update(label & prediction)
        support.update(label)
        predicted.update(prediction)
        exact += label == prediction
    per_class = {each: _class_figures(hits[each], support[each], predicted[each]) for each in classes}
    occurring = [figures.f1 for each, figures in per_class.items() if support[each] or predicted[each]]
    weighted = sum(figures.f1 * figures.support for figures in per_class.values())
    return Figures(
        n=len(labels),
        accuracy=_ratio(exact, len(labels)),
        macro_f1=_ratio(sum(occurring), len(occurring)),
        weighted_f1=_ratio(weighted, sum(support.values())),
        mean_absolute_error=_ratio(sum(distances), len(distances)),
        per_class={str(each): figures for each, figures in per_class.items()},
    )


def _class_figures(hits: int, support: int, predicted: int) -> ClassFigures:
    return ClassFigures(
        precision=hits / predicted if predicted else 0.0,
        recall=hits / support if support else 0.0,
        f1=2 * hits / (support + predicted) if support + predicted else 0.0,
        support=support,
    )


def _ratio(numerator: float, denominator: int) -> float | None:
    return numerator / denominator if denominator else None
