"""The document of a report: every figure of every model, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np

from baseline.data.dialogues import dialogue_ranges
from baseline.data.predictions import BySlug
from baseline.data.rows import HELD_OUT, Question, Release, Row
from baseline.data.targets import MASKED, Codes, codes, has_label
from baseline.evaluation.bootstrap import Resampling, interval, point
from baseline.evaluation.ceiling import ceiling
from baseline.evaluation.comparison import Comparison, compare, default_comparison, number
from baseline.measures.counts import Counts, class_counts, counts, total
from baseline.measures.distributions import against_votes, calibration
from baseline.measures.registry import MEASURES
from baseline.models.registry import MODELS
from baseline.runs.store import Run
from baseline.version import version

FORMAT = "concord-baseline/2"
COLLAPSED = 0.99  # share of the predictions that are one class


def document(release: Release, runs: Sequence[Run], comparison: Comparison | None = None) -> dict[str, Any]:
    """Return all figures of the runs of a release.

    Runs of one name are the seeds of one model. The default comparison is of each model with "linear" over all
    questions; its p values are corrected as one family.
    """
    by_name: dict[str, list[Run]] = {}
    for run in runs:
        by_name.setdefault(run.name, []).append(run)
    by_name = dict(sorted(by_name.items(), key=lambda item: _rank(item[1][0])))
    found: dict[str, Any] = {
        "format": FORMAT,
        "version": version(),
        "corpus": release.corpus,
        "release_sha256": release.checksum,
        "rows": {split: len(rows) for split, rows in release.rows.items()},
        "dialogues": {split: len(dialogue_ranges(rows)) for split, rows in release.rows.items()},
        "known_defects": release.known_defects,
        "questions": [asdict(question) for question in release.questions],
        "models": {
            name: {
                "model": each[0].model,
                "seeds": [run.seed for run in each],
                "options": each[0].options,
                "details": {str(run.seed): run.details for run in each},
                "cost": {key: float(np.mean([run.cost[key] for run in each])) for key in each[0].cost},
            }
            for name, each in by_name.items()
        },
    }
    for split in HELD_OUT:
        found[split] = {question.slug: _question(release, split, question, by_name) for question in release.questions}
    usual = default_comparison(release, chain.from_iterable(by_name.values()))
    found["comparison"] = compare(release, by_name, comparison or usual)
    return found


def _rank(run: Run) -> tuple[int, str]:
    names = [entry.name for entry in MODELS]
    return (names.index(run.model) if run.model in names else len(names), run.name)


def _question(release: Release, split: str, question: Question, by_name: dict[str, list[Run]]) -> dict[str, Any]:
    rows = release.rows[split]
    labels, dialogues = codes(rows, question), dialogue_ranges(rows)
    predicted = {
        name: [run.predictions[split] for run in runs if question.slug in run.predictions[split]]
        for name, runs in by_name.items()
    }
    models = {name: _figures(release, split, question, seeds) for name, seeds in predicted.items() if seeds}
    choices = {name: [each[question.slug].choices for each in seeds] for name, seeds in predicted.items() if seeds}
    return {
        "n": int(has_label(labels).sum()),
        "n_without_laugh_track": int(has_label(_without_laugh_track(release, rows, labels)).sum()),
        "models": models,
        "ceiling": ceiling(rows, dialogues, choices, question),
    }


def _figures(
    release: Release,
    split: str,
    question: Question,
    seeds: Sequence[BySlug],
) -> dict[str, Any]:
    rows = release.rows[split]
    labels, dialogues = codes(rows, question), dialogue_ranges(rows)
    counted = [counts(labels, each[question.slug].choices, dialogues, question) for each in seeds]
    resampling = Resampling(len(dialogues), len(seeds))
    found: dict[str, Any] = {"measures": _measures(counted, question, resampling)}
    if question.ends and all(end in seeds[0] for end in question.ends):
        ends = [next(each for each in release.questions if each.slug == end) for end in question.ends]
        wrong = [
            _wrong_ends([codes(rows, end) for end in ends], [each[end.slug].choices for end in ends]) for each in seeds
        ]
        with_predicted = [
            counts(labels, each[question.slug].choices, dialogues, question, wrong=bad)
            for each, bad in zip(seeds, wrong, strict=True)
        ]
        found["predicted_ends"] = _measures(with_predicted, question, resampling)
    if has_label(silent := _without_laugh_track(release, rows, labels)).sum() < has_label(labels).sum():
        counted_silent = [counts(silent, each[question.slug].choices, dialogues, question) for each in seeds]
        found["without_laugh_track"] = _measures(counted_silent, question, resampling)
    summed = np.sum([each.sum(axis=0) for each in counted], axis=0)
    found["confusion"] = summed.tolist()
    found["per_class"] = _per_class(counted, question)
    found["votes"] = _mean(
        [
            against_votes(rows, each[question.slug].probabilities, each[question.slug].choices, question)
            for each in seeds
        ]
    )
    found["calibration"] = calibration(rows, seeds[0][question.slug].probabilities, question)
    found["collapsed_seeds"] = sum(_is_collapsed(each, question) for each in counted)
    return found


def _measures(counted: Sequence[Counts], question: Question, resampling: Resampling) -> dict[str, Any]:
    found = {}
    for entry in MEASURES:
        measure = entry.load()
        if measure.fits(question) and counted[0].sum():
            values = point(counted, measure.of, question)
            drawn = interval(float(values.mean()), resampling.replicates(counted, measure.of, question))
            found[entry.name] = {
                "mean": number(values.mean()),
                "sd": number(values.std(ddof=1)) if len(values) > 1 else None,
                "low": number(drawn.low),
                "high": number(drawn.high),
                "seeds": [number(value) for value in values],
            }
    return found


def _without_laugh_track(release: Release, rows: Sequence[Row], labels: Codes) -> Codes:
    """Return labels as `codes` does, masked in the rows whose source has a laugh track."""
    if not release.laugh_tracks:
        return labels
    hidden = np.array([release.has_laugh_track(row) for row in rows])
    return np.where(hidden if labels.ndim == 1 else hidden[:, None], MASKED, labels)


def _wrong_ends(labels: Sequence[Codes], choices: Sequence[Codes]) -> Any:
    return np.any(
        [
            (label != choice) if label.ndim == 1 else (label != choice).any(axis=1)
            for label, choice in zip(labels, choices, strict=True)
        ],
        axis=0,
    )


def _per_class(counted: Sequence[Counts], question: Question) -> dict[str, dict[str, float]]:
    per_seed = [class_counts(each.sum(axis=0), question) for each in counted]
    found = {}
    for place, value in enumerate(question.classes):
        hits, labels, predicted = (np.array([each[kind][place] for each in per_seed]) for kind in range(3))
        found[str(value)] = {
            "support": float(labels[0]),
            "predicted": float(predicted.mean()),
            "precision": float(np.mean(hits / np.maximum(predicted, 1))),
            "recall": float(np.mean(hits / np.maximum(labels, 1))),
            "f1": float(np.mean(2 * hits / np.maximum(labels + predicted, 1))),
        }
    return found


def _is_collapsed(counted: Counts, question: Question) -> bool:
    """Return whether nearly all predictions are one class, or empty sets, although the labels have several."""
    summed = counted.sum(axis=0)
    hits_labels_predicted = class_counts(summed, question)
    n = float(total(summed, question))
    if not n:
        return False
    if question.many:
        return bool(hits_labels_predicted[2].sum() == 0 and hits_labels_predicted[1].sum() > 0)
    return bool(hits_labels_predicted[2].max() >= COLLAPSED * n and hits_labels_predicted[1].max() < COLLAPSED * n)


def _mean(each: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.mean([one[key] for one in each])) for key in each[0]}
