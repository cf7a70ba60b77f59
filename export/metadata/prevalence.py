"""Prevalence of labels among the released rows, and in the population from which their dialogues were drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpus.rules.codebook import Codebook
from export.rows.label_counts import countable_labels
from export.splits.assignment import DialogueSummary


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
    rows = sum(dialogue.counts[0] for dialogue in dialogues)
    weighted_rows = sum(each * dialogue.counts[0] for each, dialogue in zip(weight, dialogues, strict=True))
    found: dict[str, dict[str, Any]] = {question.slug: {} for question in rules.questions}
    for place, (slug, label) in enumerate(countable_labels(rules), start=1):
        count = sum(dialogue.counts[place] for dialogue in dialogues)
        if not count:
            continue
        weighted = sum(each * dialogue.counts[place] for each, dialogue in zip(weight, dialogues, strict=True))
        found[slug][label] = {
            "share": round(count / rows, 6),
            "weighted": round(weighted / weighted_rows, 6) if differ else None,
        }
    return found
