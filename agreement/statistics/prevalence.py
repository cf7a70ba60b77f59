"""Prevalence of answers in the population from which dialogues were drawn."""

from __future__ import annotations

import numpy as np

from agreement.statistics.answers.patterns import MISSING, Floats, Ints


def weighted_shares(codes: Ints, categories: int, weight: Floats) -> Floats:
    """Return the share of each category among the answers, each weighted by its utterance.

    With the inverse probability of being drawn as the weight, this is the ratio estimator of Hájek (1971) of the shares
    in the population (Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, section 5.7). Like the raw
    shares it counts the answers of utterances with two or more; if there are none, all answers.

    Args:
        codes: (N, R) integers 0..V-1, or -1 where the rater gave no answer.
        categories: V.
        weight: (N,) weight of each utterance, above 0.

    Returns:
        (V,) shares; zeros if there are no answers.
    """
    given = codes != MISSING
    compared = given.sum(axis=1) >= 2
    counted = given & compared[:, None] if compared.any() else given
    rows, columns = np.nonzero(counted)
    sums = np.bincount(codes[rows, columns], weights=weight[rows], minlength=categories)
    return np.asarray(sums / max(float(sums.sum()), 1e-300), dtype=np.float64)
