"""The human ceiling: raters and models scored against the same references, the majority of the other raters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from baseline.data.rows import Label, Question, Row
from baseline.data.targets import MASKED, Codes, encode
from baseline.measures.counts import counts
from baseline.measures.from_counts import macro_f1, weighted_f1

LEAST_OTHERS = 2  # votes that the reference needs


def ceiling(
    rows: Sequence[Row], dialogues: Sequence[range], by_model: Mapping[str, Sequence[Codes]], question: Question
) -> dict[str, object]:
    """Score raters and models against leave-one-out references.

    For each rater, the reference of an utterance is the one most frequent answer of the others, if at least
    `LEAST_OTHERS` gave one and there is no tie. The rater and every model are scored on these utterances, and the
    figures are averaged over the raters, weighted by their number of utterances.

    Args:
        rows: of one split.
        dialogues: their row numbers.
        by_model: name -> predictions of each seed.
        question: the question; of those with many answers there is no ceiling.

    Returns:
        `n`, and `human` and each name of `models` with their macro and weighted F1. Empty without votes of three.
    """
    raters = sorted({rater for row in rows for rater in row.votes.get(question.slug, {})})
    if question.many:
        return {}
    pairs = [
        (encode([_vote(row, rater, question) for row in rows], question), _reference(rows, rater, question))
        for rater in raters
    ]
    pairs = [(own, np.where(own == MASKED, MASKED, reference)) for own, reference in pairs]
    sizes = [int((reference != MASKED).sum()) for _, reference in pairs]
    if not sum(sizes):
        return {}

    def mean(choices: Sequence[Codes]) -> dict[str, float]:
        found = Counter[str]()
        for chosen, (_, reference), size in zip(choices, pairs, sizes, strict=True):
            counted = counts(reference, chosen, dialogues, question).sum(axis=0)
            if size:
                found["macro-f1"] += float(macro_f1(counted, question)) * size / sum(sizes)  # type: ignore[assignment]
                found["weighted-f1"] += float(weighted_f1(counted, question)) * size / sum(sizes)  # type: ignore[assignment]
        return dict(found)

    models = {
        name: {
            measure: float(np.mean([mean([choices] * len(pairs))[measure] for choices in seeds]))
            for measure in ("macro-f1", "weighted-f1")
        }
        for name, seeds in by_model.items()
    }
    human = mean([np.where(own == MASKED, 0, own) for own, _ in pairs])
    return {"n": sum(sizes), "raters": len(raters), "human": human, "models": models}


def _vote(row: Row, rater: str, question: Question) -> Label:
    return row.votes.get(question.slug, {}).get(rater)


def _reference(rows: Sequence[Row], rater: str, question: Question) -> Codes:
    found: list[Label] = []
    for row in rows:
        others = [vote for name, vote in row.votes.get(question.slug, {}).items() if name != rater]
        ranked = Counter(vote for vote in others if not isinstance(vote, list)).most_common(2)
        is_tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
        found.append(None if len(others) < LEAST_OTHERS or is_tie or not ranked else ranked[0][0])
    return encode(found, question)
