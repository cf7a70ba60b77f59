"""Measures of the agreement between the annotations of an utterance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agreement.consensus.labelling import labels as consensus_labels
from agreement.consensus.majority import majority
from agreement.domain.adjudication.queue.scales import Scales
from agreement.models import AdjudicationCase
from corpus.rules.codebook import Codebook

MOST_CACHED = 50_000  # combinations of annotations; most utterances of a corpus repeat one
Agreement = AdjudicationCase.Agreement


@dataclass(frozen=True, slots=True)
class ComparedAnnotations:
    """The annotations of one utterance, compared.

    Attributes:
        agreement: one of `AdjudicationCase.Agreement`.
        consensus: codes of the unanimous or majority answers; None if there is no majority.
        disagreement: the sum over all questions, see `agreement.statistics.disagreement`.
        by_question: the same of each question that was answered differently.
    """

    agreement: str
    consensus: bytes | None
    disagreement: float
    by_question: dict[str, float]


def majority_labels(rules: Codebook, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return question slug -> the majority of the answers; None where there is none.

    Args:
        rules: the codebook.
        answers: rater -> question slug -> answer.
    """
    return {slug: each.label for slug, each in consensus_labels(rules, answers, majority).items()}


class Comparison:
    """Compares the annotations of utterances; equal combinations once.

    Args:
        codebook: the version of the codes.
        scales: of the corpus.
    """

    def __init__(self, codebook: Codebook, scales: Scales) -> None:
        self._rules, self._scales, self._layout = codebook, scales, scales.layout
        self._compared = lru_cache(MOST_CACHED)(self._compare)

    def compare(self, annotations: Sequence[bytes]) -> ComparedAnnotations:
        """Return how far the annotations of an utterance agree.

        Args:
            annotations: codes of each.
        """
        return self._compared(tuple(sorted(annotations)))

    def _compare(self, annotations: tuple[bytes, ...]) -> ComparedAnnotations:
        rows = [self._layout.cells(codes) for codes in annotations]
        by_question = {}
        for scale in self._scales.questions:
            column = scale.column
            given = [row[column.start : column.start + column.width] for row in rows]
            if len(set(given)) > 1:
                by_question[column.slug] = scale.disagreement(given)
        agreement, consensus = self._consensus(annotations)
        return ComparedAnnotations(agreement, consensus, sum(by_question.values()), by_question)

    def _consensus(self, annotations: tuple[bytes, ...]) -> tuple[str, bytes | None]:
        if len(annotations) < 2:
            return Agreement.SINGLE, None
        if annotations[0] == annotations[-1]:  # they are sorted
            return Agreement.UNANIMOUS, annotations[0]
        answers = {f"{place:05}": self._layout.decode(codes) for place, codes in enumerate(annotations)}
        labels = majority_labels(self._rules, answers)
        if any(label is None for label in labels.values()):
            return Agreement.SPLIT, None
        return Agreement.MAJORITY, self._layout.encode(labels)
