"""Prevalence of labels among the released rows, and in the population from which their dialogues were drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from corpus.rules.codebook import Codebook
from export.rows.label_counts import countable_labels
from export.splits.assignment import DialogueSummary, total_counts


def prevalence(
    dialogues: Sequence[DialogueSummary], weights: Mapping[str, float], rules: Codebook
) -> dict[str, dict[str, Any]]:
    """Return question slug -> label -> `share` of the rows, and `weighted`: the share with weights (else null).

    The weighted share is the ratio estimator of the share in the population (Hájek 1971): rows count by the inverse of
    the probability with which their dialogue was drawn. It is null if all dialogues have the same weight.

    Args:
        dialogues: all released ones.
        weights: dialogue code -> weight; the others weigh 1.
        rules: the codebook.
    """
    weight = [weights.get(dialogue.code, 1.0) for dialogue in dialogues]
    differ = len(set(weight)) > 1
    names = countable_labels(rules)
    counts, weighted = total_counts(dialogues, 1 + len(names)), np.zeros(1 + len(names))
    if differ:
        for each, dialogue in zip(weight, dialogues, strict=True):
            weighted += np.multiply(dialogue.counts, each)
    found: dict[str, dict[str, Any]] = {question.slug: {} for question in rules.questions}
    rows, weighted_rows = int(counts[0]), float(weighted[0])
    for place, (slug, label) in enumerate(names, start=1):
        if counts[place]:
            found[slug][label] = {
                "share": round(int(counts[place]) / rows, 6),
                "weighted": round(float(weighted[place]) / weighted_rows, 6) if differ else None,
            }
    return found
