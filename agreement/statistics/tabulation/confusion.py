"""Confusion of answers: how often one rater gave one answer and another rater another."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from agreement.statistics.answers.dialogues import Floats, Ints
from agreement.statistics.answers.profiles import Profiles
from agreement.statistics.answers.ratings import Ratings


class Confusion(NamedTuple):
    """The answers of two raters to the utterances that both answered.

    Attributes:
        first, second: columns of the raters.
        units: number of these utterances.
        counts: (C, C) how often the first rater gave the row and the second the column. Of sets of choices each pair of
            chosen choices counts.
    """

    first: int
    second: int
    units: int
    counts: Ints


def memberships(rated: Ratings, choices: tuple[str, ...]) -> Floats:
    """Return (V, C) whether answer v is, or as a set contains, choice c; one row of zeros if there are no answers."""
    if rated.level == "sets":
        sets = rated.values or ((),)
        return np.array([[float(choice in each) for choice in choices] for each in sets]).reshape(-1, len(choices))  # type: ignore[operator]
    return np.eye(rated.categories)


def confusions(profiles: Profiles, has: Floats) -> list[Confusion]:
    """Return the confusion of each pair of raters, in the order of `itertools.combinations`.

    Args:
        profiles: the answers of R raters.
        has: (V, C) as `memberships` returns it.
    """
    given, times = profiles.given, profiles.times.astype(float)
    rows = [has[np.maximum(codes, 0)] * own[:, None] for codes, own in zip(profiles.codes.T, given.T, strict=True)]
    return [
        Confusion(
            first,
            second,
            int(profiles.times[given[:, first] & given[:, second]].sum()),
            np.rint((rows[first] * times[:, None]).T @ rows[second]).astype(np.int64),
        )
        for first, second in combinations(range(len(rows)), 2)
    ]


def pooled(found: list[Confusion], choices: int) -> Ints:
    """Return (C, C) the confusion of all pairs of raters, in both directions, so that it is symmetric.

    The diagonal counts each pair of equal answers twice, as the other cells count each pair in two places: the share of
    a row that lies on the diagonal is the specific agreement of its answer.
    """
    total = np.zeros((choices, choices), dtype=np.int64)
    for each in found:
        total += each.counts + each.counts.T
    return total
