"""Comparisons of two models: paired differences over dialogues and seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from baseline.data.dialogues import dialogue_ranges
from baseline.data.rows import Release
from baseline.data.targets import codes
from baseline.evaluation.bootstrap import Resampling, holm, interval, point
from baseline.measures.counts import counts
from baseline.measures.registry import MEASURES
from baseline.runs.store import Run


@dataclass(frozen=True)
class Comparison:
    """Pairs of models to compare.

    Attributes:
        pairs: names of two models; the difference is the first minus the second.
        measure: name of the measure.
        questions: slugs of the questions.
        split: "dev" or "test".
    """

    pairs: Sequence[tuple[str, str]]
    measure: str = "macro-f1"
    questions: Sequence[str] = ()
    split: str = "test"


def default_comparison(release: Release, runs: Iterable[Run]) -> Comparison:
    """Return the comparison of every other model with "linear", over all questions.

    Models that learned from a share of train are left out: they are compared with the same model.
    """
    names = list(dict.fromkeys(run.name for run in runs if run.options.get("train_share", 1.0) == 1))
    pairs = [(name, "linear") for name in names if name not in {"linear", "majority"}] if "linear" in names else []
    return Comparison(pairs, questions=[question.slug for question in release.questions])


def compare(release: Release, by_name: dict[str, list[Run]], comparison: Comparison) -> dict[str, Any]:
    """Return the differences with their intervals, and p values corrected over all of them as one family.

    Of two models with seeds, only the seeds that both have count.
    """
    rows = release.rows[comparison.split]
    dialogues, measure = dialogue_ranges(rows), MEASURES.get(comparison.measure)
    found: list[dict[str, Any]] = []
    for first, second in comparison.pairs:
        for question in release.questions:
            if question.slug not in comparison.questions or not measure.fits(question):
                continue
            labels = codes(rows, question)
            both = [
                [
                    counts(labels, run.predictions[comparison.split][question.slug].choices, dialogues, question)
                    for run in runs
                    if question.slug in run.predictions[comparison.split]
                ]
                for runs in _common_seeds(by_name[first], by_name[second])
            ]
            if not all(both) or not both[0][0].sum():
                continue
            resampling = Resampling(len(dialogues), max(map(len, both)))
            means = [float(point(each, measure.of, question).mean()) for each in both]
            drawn = [resampling.replicates(each, measure.of, question) for each in both]
            difference = interval(means[0] - means[1], drawn[0] - drawn[1])
            found.append(
                {
                    "first": first,
                    "second": second,
                    "question": question.slug,
                    **{key: number(value) for key, value in asdict(difference).items()},
                }
            )
    for each, corrected in zip(
        found, holm([float("nan") if each["p"] is None else each["p"] for each in found]), strict=True
    ):
        each["p_holm"] = number(corrected)
    return {"measure": comparison.measure, "split": comparison.split, "family": len(found), "rows": found}


def _common_seeds(first: list[Run], second: list[Run]) -> tuple[list[Run], list[Run]]:
    if len(first) == 1 or len(second) == 1:  # one without randomness is compared with each seed of the other
        return first, second
    common = {run.seed for run in first} & {run.seed for run in second}
    return [run for run in first if run.seed in common], [run for run in second if run.seed in common]


def number(value: float) -> float | None:
    """Return a figure for a JSON file, None where it is undefined."""
    return None if np.isnan(value) else float(value)
