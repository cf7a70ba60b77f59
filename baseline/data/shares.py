"""A share of the training split."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace

from baseline.data.rows import Release


def with_share_of_train(release: Release, share: float, seed: int) -> Release:
    """Return the release with some of the labelled dialogues of train, drawn at random; dev and test stay whole.

    A larger share of the same seed contains a smaller one.

    Args:
        release: the release.
        share: of the dialogues of train, above 0 and at most 1.
        seed: of the draw.
    """
    if share >= 1:
        return release
    # the others teach nothing; with them, a small share of a release with few labels could have no label at all
    labelled = (row for row in release.rows["train"] if any(label is not None for label in row.labels.values()))
    dialogues = list(dict.fromkeys(row.dialogue for row in labelled))
    # by digests, so that the draw depends on the names alone and not on their order or on a library
    drawn = sorted(dialogues, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    kept = set(drawn[: max(1, math.ceil(share * len(drawn)))])
    rows = {**release.rows, "train": [row for row in release.rows["train"] if row.dialogue in kept]}
    # features that are fitted on train are cached by the checksum of the release
    checksum = hashlib.sha256(f"{release.checksum} {share} {seed}".encode()).hexdigest()
    return replace(release, rows=rows, checksum=checksum)
