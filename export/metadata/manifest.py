"""Parts of the manifest: the questions and the report on the splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.rules.codebook import NOT_APPLICABLE, Codebook, Link, Task
from export.rows.label_counts import countable_labels
from export.splits.assignment import SPLITS, DialogueSummary, Group, group_keys, total_counts


def question_document(question: Task | Link) -> dict[str, Any]:
    """Return the manifest's entry of a question: its classes in order, its kind, scale and perspective or ends."""
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
    dialogues: Sequence[DialogueSummary],
    split_of: Mapping[str, str],
    rules: Codebook,
    group: Group,
    splits: Sequence[str] = SPLITS,
) -> dict[str, dict[str, Any]]:
    """Return for each split its number of rows, dialogues and groups, its share of all rows, and its labels.

    Args:
        dialogues: all released dialogues.
        split_of: dialogue code -> split; without those left out.
        rules: the codebook.
        group: kind of the groups that are counted.
        splits: their names.

    Returns:
        Split -> `rows`, `share`, `dialogues`, `groups`, and `labels`: question slug -> label -> its `count` and its
        `share` of the split's rows, where "" stands for rows without a label.
    """
    total = sum(dialogue.counts[0] for dialogue in dialogues if dialogue.code in split_of)
    members = {split: [each for each in dialogues if split_of.get(each.code) == split] for split in splits}
    return {split: _one(members[split], rules, group, total) for split in splits}


def missing_classes(splits: Mapping[str, Mapping[str, Any]], rules: Codebook) -> list[dict[str, Any]]:
    """Return a warning for each class that occurs in the release, but not in one of its splits, with a remedy.

    Args:
        splits: as `split_report` returns them.
        rules: the codebook.
    """
    found = []
    for question, label in countable_labels(rules):
        counts = {split: about["labels"][question].get(label, {}).get("count", 0) for split, about in splits.items()}
        total = sum(counts.values())
        if not total or not label or label == NOT_APPLICABLE:
            continue
        found += [
            {
                "code": "class_missing",
                "question": question,
                "label": label,
                "split": split,
                "count": total,
                "remedy": f"{total} utterances have it. Stratify by {question} alone, choose a smaller group, draw "
                "with another seed, or label more dialogues with it.",
            }
            for split, count in counts.items()
            if not count
        ]
    return found


def _one(dialogues: Sequence[DialogueSummary], rules: Codebook, group: Group, total: int) -> dict[str, Any]:
    names = countable_labels(rules)
    rows, *counts = total_counts(dialogues, 1 + len(names)).tolist()
    labels: dict[str, dict[str, Any]] = {question.slug: {} for question in rules.questions}
    for (slug, label), count in zip(names, counts, strict=True):
        if count:
            labels[slug][label] = {"count": count, "share": round(count / rows, 6)}
    return {
        "rows": rows,
        "share": round(rows / total, 6) if total else 0.0,
        "dialogues": len(dialogues),
        "groups": len(frozenset[str]().union(*(group_keys(dialogue, group) for dialogue in dialogues))),
        "labels": labels,
    }
