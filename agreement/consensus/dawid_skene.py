"""Dawid and Skene: answers weighted by the confusion matrices of their raters, which are estimated from the corpus."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from agreement.consensus import sources
from agreement.consensus.confusion_estimation import Floats, Model, estimated
from agreement.consensus.method import (
    Choice,
    ConsensusMethod,
    Decide,
    Item,
    Parameter,
    Verdict,
    gettext_noop,
)
from agreement.consensus.patterns import Patterns

EQUAL = 1e-6  # two answers whose probabilities differ by less are tied
CACHED = 100_000  # verdicts


def dawid_skene(models: Mapping[str, Model], raters: Mapping[str, tuple[str, ...]]) -> Decide:
    """Return the method that gives the most probable answer under fitted models, with its distribution.

    The source is `unanimous` (at least two raters, all of one mind, and the model agrees), `single` (one rater, and
    the model agrees), `dawid_skene`, or `tie` (the two most probable answers are equally probable).

    Args:
        models: slug of the item -> model.
        raters: slug of the item -> slugs of the raters, as their confusion matrices are numbered.
    """
    numbers = {slug: {rater: number for number, rater in enumerate(names)} for slug, names in raters.items()}

    @lru_cache(CACHED)
    def decided(item: Item, votes: tuple[tuple[str, Choice], ...]) -> Verdict:
        model, number = models[item.slug], numbers[item.slug]
        given = [(number[rater], item.answers.index(answer)) for rater, answer in votes if rater in number]
        probabilities = posterior(model, given)
        second, first = np.argsort(probabilities)[-2:] if len(probabilities) > 1 else (0, 0)
        distribution = tuple(probabilities.tolist())
        if first != second and probabilities[first] - probabilities[second] < EQUAL:
            return Verdict(None, sources.TIE, distribution)
        answer = item.answers[first]
        agree = all(vote == answer for _, vote in votes)
        source = (sources.UNANIMOUS if len(votes) > 1 else sources.SINGLE) if agree else sources.DAWID_SKENE
        return Verdict(answer, source, distribution)

    return lambda item, votes: decided(item, tuple(votes.items()))


def posterior(model: Model, given: list[tuple[int, int]]) -> Floats:
    """Return (V,) the probability of each true answer, given (number of the rater, code) pairs."""
    with np.errstate(divide="ignore"):
        joint = np.log(model.prior)
        for rater, code in given:
            joint = joint + np.log(model.confusions[rater, :, code])
    if np.isneginf(joint).all():  # impossible under the model: nothing is known beyond the prior
        joint = np.log(np.maximum(model.prior, np.finfo(float).tiny))
    weights = np.exp(joint - joint.max())
    found: Floats = weights / weights.sum()
    return found


def _fit(smoothing: float | None, patterns: Mapping[str, Patterns]) -> Decide:
    assert smoothing is not None  # noqa: S101 -- the method has a parameter
    models = {slug: estimated(each, smoothing=smoothing) for slug, each in patterns.items()}
    return dawid_skene(models, {slug: each.raters for slug, each in patterns.items()})


DAWID_SKENE = ConsensusMethod(
    name="dawid-skene",
    label=gettext_noop("Dawid and Skene: raters are weighted by their estimated errors"),
    fit=_fit,
    parameter=Parameter("smoothing", 1.0, 0.0, 1000.0, gettext_noop("Smoothing")),
    reads_corpus=True,
    is_soft=True,
)
