"""Releases made from the generated one: media shuffled between utterances, speakers unnamed, and pairs of tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from baseline.data.rows import Label, Question, Release, Row

FEW = 0.06  # share of the training utterances that have a label of the second helpful task
CLASSES = ("down", "up")

Rewrite = Callable[[Sequence[Row]], list[Row]]


def shuffled_media(release: Release) -> Release:
    """Return a release whose utterances have each other's clips, within each split."""

    def rewrite(rows: Sequence[Row]) -> list[Row]:
        order = np.random.default_rng(0).permutation(len(rows)).tolist()
        return [replace(row, clip=rows[other].clip) for row, other in zip(rows, order, strict=True)]

    return _rewritten(release, "shuffled", rewrite)


def without_speakers(release: Release) -> Release:
    """Return a release that names no speaker."""
    return _rewritten(release, "unnamed", lambda rows: [replace(row, speaker="") for row in rows])


def helpful(release: Release) -> Release:
    """Return a release with two tasks of one meaning, the voice, of which the second has few labels in train."""
    chosen = np.random.default_rng(0).random(len(release.rows["train"])) < FEW
    few = {row.id for row, kept in zip(release.rows["train"], chosen, strict=True) if kept}
    few |= {row.id for split in ("dev", "test") for row in release.rows[split]}

    def labels(row: Row) -> dict[str, Label]:
        return {"voice": row.labels["voice"], "few": row.labels["voice"] if row.id in few else None}

    return _pair(release, "helpful", labels)


def conflicting(release: Release) -> Release:
    """Return a release with two tasks on the same words, of which the second means the opposite in a high voice."""

    def labels(row: Row) -> dict[str, Label]:
        words, voice = (CLASSES.index(str(row.labels[name])) for name in ("words", "voice"))
        return {"words": CLASSES[words], "reversed": CLASSES[words ^ voice]}

    return _pair(release, "conflicting", labels)


def unrelated(release: Release) -> Release:
    """Return a release with a task on the words and one on the voice."""
    return _pair(release, "unrelated", lambda row: {name: row.labels[name] for name in ("words", "voice")})


PAIRS = {"helpful": helpful, "conflicting": conflicting, "unrelated": unrelated}


def _pair(release: Release, name: str, labels: Callable[[Row], dict[str, Label]]) -> Release:
    slugs = list(labels(release.rows["train"][0]))
    questions = tuple(Question(slug, "task", CLASSES, many=False) for slug in slugs)
    changed = _rewritten(release, name, lambda rows: [replace(row, labels=labels(row), votes={}) for row in rows])
    return replace(changed, questions=questions)


def _rewritten(release: Release, name: str, rewrite: Rewrite) -> Release:
    rows = {split: rewrite(each) for split, each in release.rows.items()}
    return replace(release, rows=rows, checksum=f"{release.checksum} {name}")
