"""What a manifest says of its questions and of its splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.rules.codebook import Codebook, Link, Task
from export.rows.reader import features
from export.splits.assignment import SPLITS, Group, Talk, group_keys


def question_document(question: Task | Link) -> dict[str, Any]:
    """Return what a reader of the rows has to know of a question: its classes, in order, and how they are asked."""
    if isinstance(question, Link):
        ends = {"from": question.source, "to": question.target, "asked_when": question.asked_when}
        return {
            "slug": question.slug,
            "kind": "link",
            "scale": "ordinal",
            "classes": list(question.values),
            "many": False,
        } | ends
    return {
        "slug": question.slug,
        "kind": "task",
        "scale": question.scale,
        "classes": list(question.slugs()),
        "many": question.many,
        "perspective": question.perspective,
    }


def split_report(
    talks: Sequence[Talk], home: Mapping[str, str], rules: Codebook, group: Group
) -> dict[str, dict[str, Any]]:
    """Return for each split its rows, dialogues, groups, its share of all rows, and its labels per question.

    A label has its `count` and its `share` of the split's rows; "" stands for rows without a label.
    """
    total = sum(talk.counts[0] for talk in talks)
    return {split: _one([talk for talk in talks if home[talk.code] == split], rules, group, total) for split in SPLITS}


def _one(talks: Sequence[Talk], rules: Codebook, group: Group, total: int) -> dict[str, Any]:
    names = features(rules)
    rows, *counts = [sum(column) for column in zip(*(talk.counts for talk in talks), strict=True)] or [0] * (
        1 + len(names)
    )
    labels: dict[str, dict[str, Any]] = {question.slug: {} for question in rules.questions}
    for (slug, label), count in zip(names, counts, strict=True):
        if count:
            labels[slug][label] = {"count": count, "share": round(count / rows, 6)}
    return {
        "rows": rows,
        "share": round(rows / total, 6),
        "dialogues": len(talks),
        "groups": len(frozenset[str]().union(*(group_keys(talk, group) for talk in talks))),
        "labels": labels,
    }
