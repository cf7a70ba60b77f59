"""Measures of probabilities: against the shares of votes, against single raters, and calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baseline.data.rows import Question, Row
from baseline.data.targets import Codes, Floats, codes, has_label, soft_labels

LEAST = 1e-6
BINS = 10


def against_votes(rows: list[Row], probabilities: Floats, choices: Codes, question: Question) -> dict[str, float]:
    """Compare probabilities with the shares of the votes, over the utterances with at least two.

    Returns:
        `n`, and the means of `cross-entropy` (nats), `jensen-shannon` (divergence, nats), `manhattan` (sum of absolute
        differences), `wasserstein` (in steps of the scale, ordered questions only) and `annotator-error` (share of
        votes that differ from the prediction). Source of the choice: LeWiDi 2025. Empty without such utterances.
    """
    shares = soft_labels(rows, question).astype(np.float64)
    known = ~np.isnan(shares).any(axis=1)
    if not known.any():
        return {}
    p, q = shares[known], np.clip(probabilities[known].astype(np.float64), LEAST, 1)
    if question.many:
        wrong = np.abs(choices[known] - p).mean()
        crossed = -(p * np.log(q) + (1 - p) * np.log(np.clip(1 - q, LEAST, 1))).mean()
        return {
            "n": int(known.sum()),
            "cross-entropy": float(crossed),
            "manhattan": float(np.abs(p - q).sum(axis=1).mean()),
            "annotator-error": float(wrong),
        }
    q = q / q.sum(axis=1, keepdims=True)
    middle = (p + q) / 2
    found = {
        "n": int(known.sum()),
        "cross-entropy": float(-(p * np.log(q)).sum(axis=1).mean()),
        "jensen-shannon": float((_divergence(p, middle) + _divergence(q, middle)).mean() / 2),
        "manhattan": float(np.abs(p - q).sum(axis=1).mean()),
        "annotator-error": float(1 - p[np.arange(len(p)), choices[known]].mean()),
    }
    if question.is_ordered:
        found["wasserstein"] = float(np.abs(np.cumsum(p - q, axis=1)).sum(axis=1).mean())
    return found


def calibration(rows: list[Row], probabilities: Floats, question: Question) -> dict[str, float | list[list[float]]]:
    """Return how far the confidence in the most probable class is from its accuracy.

    Returns:
        `ece` (expected calibration error in ten bins of equal width, Guo et al. 2017), `brier` (sum over the classes),
        and `bins` of [mean confidence, accuracy, utterances]. Empty for many answers or without labels.
    """
    labels = codes(rows, question)
    known = has_label(labels)
    if question.many or not known.any():
        return {}
    found, labels = probabilities[known].astype(np.float64), labels[known]
    confidence, right = found.max(axis=1), found.argmax(axis=1) == labels
    of_bin = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = [_bin(confidence[of_bin == each], right[of_bin == each]) for each in range(BINS) if (of_bin == each).any()]
    marks = np.eye(found.shape[1])[labels]
    return {
        "ece": float(sum(abs(mean - share) * n for mean, share, n in bins) / len(labels)),
        "brier": float(((found - marks) ** 2).sum(axis=1).mean()),
        "bins": [list(each) for each in bins],
    }


def _bin(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float, float]:
    return float(confidence.mean()), float(right.mean()), float(len(right))


def _divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.where(p > 0, p * np.log(np.maximum(p, LEAST) / q), 0).sum(axis=1))
