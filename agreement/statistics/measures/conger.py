"""Conger's kappa, which compares raters by their own frequencies, and Hubert's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agreement.statistics.answers.dialogues import Floats
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.answers.ratings import Ratings
from agreement.statistics.chance import agreeing_share, most_disagreeing, rare_answers
from agreement.statistics.intervals.estimates import Counts, Estimate, counts_of, undefined
from agreement.statistics.intervals.figures import INCOMPLETE, NEGATIVE_VALUES
from agreement.statistics.measures.measure import Measure, gettext_noop
from agreement.statistics.measures.weighted import ORDERED, positions
from agreement.statistics.measures.weights import WEIGHTS, weights_of


def conger(ratings: Ratings, weights: Floats) -> list[Estimate]:
    """Conger's kappa with K tables of weights (K, V, V): Cohen's kappa of more than two raters.

    (pa - pe) / (1 - pe): pa as in `percent`, pe the mean of p_g' W p_h over pairs of different raters, p_g the shares
    of the categories among all ratings of rater g. Source: Conger 1980; with missing ratings Gwet 2014, chapter 2.
    """
    patterns, profiles = ratings.patterns, ratings.profiles
    counts = counts_of(patterns)
    given = profiles.given.astype(float)
    per_rater = profiles.times @ given
    active = np.flatnonzero(per_rater > 0)
    if np.count_nonzero(patterns.marginals()) < 2 or len(active) < 2:
        return [undefined(patterns, counts)] * len(weights)
    categories = ratings.categories
    shares = (
        np.stack(
            [
                np.bincount(profiles.codes[:, g] + 1, weights=profiles.times, minlength=categories + 1)[1:]
                for g in active
            ]
        )
        / per_rater[active][:, None]
    )
    pairs = len(active) * (len(active) - 1)
    others = shares.sum(axis=0) - shares
    by_share = 2 / pairs * others @ weights.transpose(0, 2, 1)  # (K, R, V)
    chance = (by_share * shares).sum(axis=(1, 2)) / 2
    certain = 1 - chance < 1e-12
    rest = np.where(certain, 1.0, 1 - chance)
    of_row = _pattern_of_row(profiles, ratings)
    agreeing = agreeing_share(patterns, weights)[:, of_row]
    compared = patterns.compared[of_row]
    n_compared = patterns.n_units
    agreed = agreeing @ profiles.times / n_compared
    d_chance = np.zeros((len(weights), len(profiles.times)))
    for place, g in enumerate(active):
        rated = np.flatnonzero(profiles.given[:, g])
        own = by_share[:, place]
        d_chance[:, rated] += (own[:, profiles.codes[rated, g]] - (own @ shares[place])[:, None]) / per_rater[g]
    d_agreed = np.where(compared, agreeing - agreed[:, None], 0.0) / n_compared
    influence = d_agreed / rest[:, None] - d_chance * ((1 - agreed) / rest**2)[:, None]
    by_profile = Counts(counts.units, counts.dialogues, counts.raters, counts.carriers, counts.disagreeing, compared)
    losses = (1 - weights.min(axis=(1, 2))) * most_disagreeing(patterns) / rest
    values, size = (agreed - chance) / rest, float(rare_answers(patterns))
    return [
        undefined(profiles, by_profile)
        if none
        else Estimate(value, "", profiles, each, by_profile, loss=loss, size=size)
        for none, value, each, loss in zip(certain, values.tolist(), influence, losses.tolist(), strict=True)
    ]


def _pattern_of_row(profiles: Profiles, ratings: Ratings) -> np.ndarray:
    """Return the pattern (Q,) of each profile."""
    of_row = np.empty(len(profiles.times), dtype=np.int64)
    of_row[profiles.of_unit] = ratings.patterns.of_unit
    return of_row


def hubert(ratings: Ratings) -> Estimate:
    """Hubert's kappa: Conger's, defined only if every rater rated every compared utterance.

    Source: Hubert 1977, Psychological Bulletin 84; Davies & Fleiss 1982.
    """
    compared = ratings.patterns.ratings[ratings.patterns.compared]
    if len(compared) and (compared.min() < ratings.profiles.n_raters or not ratings.patterns.compared.all()):
        return undefined(ratings.patterns, counts_of(ratings.patterns), INCOMPLETE)
    return _of_ratings(ratings)["identity"]


def _of_ratings(ratings: Ratings) -> dict[str, Estimate]:
    """Return Conger's kappa by name of the weights; computed once."""
    if "conger" not in ratings.shared:
        tables = {"identity": np.eye(ratings.categories)}
        if ratings.level in ORDERED:
            tables |= weights_of(positions(ratings))
        found = conger(ratings, np.stack(list(tables.values())))
        ratings.shared["conger"] = dict(zip(tables, found, strict=True))
    return ratings.shared["conger"]  # type: ignore[return-value]


def _estimates(weights: str) -> Callable[[Ratings], list[Estimate]]:
    def estimates(ratings: Ratings) -> list[Estimate]:
        found = _of_ratings(ratings).get(weights)
        return [found or undefined(ratings.patterns, counts_of(ratings.patterns), NEGATIVE_VALUES)]

    return estimates


SOURCE = "Conger 1980, Psychological Bulletin 88; with missing ratings Gwet 2014, chapter 2"
CONGER = Measure(
    name="conger",
    label=gettext_noop("Conger’s kappa"),
    estimates=_estimates("identity"),
    formula="(pa - pe) / (1 - pe), pe = mean of p_g'p_h over pairs of raters",
    source=SOURCE,
)
CONGER_WEIGHTED = [
    Measure(
        name=f"conger_{weights}",
        label=gettext_noop("Conger’s kappa, weighted"),
        estimates=_estimates(weights),
        formula=f"(pa - pe) / (1 - pe), pe = mean of p_g'Wp_h over pairs of raters; {weights} weights",
        source=SOURCE,
        levels=ORDERED,
    )
    for weights in WEIGHTS
]
HUBERT = Measure(
    name="hubert",
    label=gettext_noop("Hubert’s kappa"),
    estimates=lambda ratings: [hubert(ratings)],
    formula="Conger's kappa of raters that all rated every utterance",
    source="Hubert 1977, Psychological Bulletin 84; Davies & Fleiss 1982, Biometrics 38",
)
