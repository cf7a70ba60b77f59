"""Folds of dialogues that share nothing, and releases whose splits are put together anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from baseline.data.dialogues import dialogue_ranges
from baseline.data.rows import SPLITS, Release, Row
from baseline.errors import BaselineError

Folds = NDArray[np.int64]


def grouped_folds(rows: Sequence[Row], *, unit: str, count: int, seed: int = 0) -> Folds:
    """Draw folds of about equal size, of which no two share a group.

    Dialogues are in one group if they are of the same episode, series or speaker, whichever the unit is, and always if
    their texts are the same word for word.

    Args:
        rows: as `sorted_by_dialogue` returned them.
        unit: "dialogue", "episode", "series" or "speaker", the unit that the release's splits do not share.
        count: number of folds; with fewer groups, there are as many folds as groups.
        seed: of the draw.

    Returns:
        int64 (rows): the fold of each row, from 0.

    Raises:
        BaselineError: all rows are in one group.
    """
    dialogues = dialogue_ranges(rows)
    groups = _groups([[rows[number] for number in each] for each in dialogues], unit)
    sizes = np.bincount(groups, weights=[len(each) for each in dialogues])
    if len(sizes) < 2:
        raise BaselineError(
            f"All of the training split is one group by {unit}, as the release's splits are drawn, so it cannot be "
            "divided into folds. Make a release with a smaller group."
        )
    order = np.random.default_rng(seed).permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]  # the largest first, each into the smallest fold
    filled, fold_of_group = np.zeros(min(count, len(sizes))), np.zeros(len(sizes), np.int64)
    for group in order:
        fold_of_group[group] = filled.argmin()
        filled[filled.argmin()] += sizes[group]
    return np.repeat(fold_of_group[groups], [len(each) for each in dialogues])


def recomposed(release: Release, *, train: Sequence[Row], dev: Sequence[Row], test: Sequence[Row]) -> Release:
    """Return a release with other splits, and a checksum of its own."""
    rows = dict(zip(SPLITS, (list(train), list(dev), list(test)), strict=True))
    names = json.dumps([[row.id for row in rows[split]] for split in SPLITS])
    return replace(release, rows=rows, checksum=hashlib.sha256((release.checksum + names).encode()).hexdigest())


def _groups(dialogues: Sequence[Sequence[Row]], unit: str) -> Folds:
    """Return the group of each dialogue: the connected components of dialogues that share a key."""
    parents = list(range(len(dialogues)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    first: dict[tuple[str, ...], int] = {}
    for number, rows in enumerate(dialogues):
        for key in [("text", *(row.text for row in rows)), *_keys(rows, unit)]:
            parents[root(number)] = root(first.setdefault(key, number))
    roots = np.array([root(number) for number in range(len(dialogues))], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _keys(rows: Sequence[Row], unit: str) -> set[tuple[str, ...]]:
    if unit == "dialogue":
        return set()
    return {("unit", row.series, *_within_series(row, unit)) for row in rows}


def _within_series(row: Row, unit: str) -> tuple[str, ...]:
    return {"series": (), "episode": (row.episode,), "speaker": (row.speaker,)}[unit]
