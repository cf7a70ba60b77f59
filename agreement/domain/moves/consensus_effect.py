"""Utterances settled by a majority, and confused answers, before a move and after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import numpy as np

from agreement.consensus.labelling import labels as consensus_labels
from agreement.consensus.majority import majority
from agreement.consensus.sources import settled_by
from agreement.judgements.reader import Judgements
from agreement.judgements.tables import Table
from corpus.models import CodebookVersion

MOST_CONFUSIONS = 40  # of a question
MOST_PROFILES = 20_000  # combinations of annotations that are kept before they are settled


class Settlement:
    """Counts how the majority of the present answers settles the utterances of chunks of judgements.

    Equal combinations of annotations are settled once, as long as there are few of them.

    Args:
        codebook: the version of the codes.
    """

    def __init__(self, codebook: CodebookVersion) -> None:
        self._rules, self._layout = codebook.rules(), codebook.layout()
        self._profiles: Counter[tuple[bytes, ...]] = Counter()
        self._utterances: Counter[str] = Counter()
        self._questions: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, judgements: Judgements) -> None:
        """Take the next chunk; the annotations of an utterance follow one another and are all in it."""
        starts = np.flatnonzero(np.diff(judgements.utterance, prepend=-1) != 0).tolist()
        rows = [row.tobytes() for row in judgements.codes.astype("<i2")]
        ends = [*starts[1:], len(rows)] if starts else []  # a chunk of withdrawn answers has no judgements
        for first, last in zip(starts, ends, strict=True):
            self._profiles[tuple(sorted(rows[first:last]))] += 1
        if len(self._profiles) > MOST_PROFILES:
            self._settle()

    def counts(self) -> dict[str, Any]:
        """Return `utterances` (source -> number) and `questions` (slug -> source -> number), as a manifest has them."""
        self._settle()
        questions = {slug: dict(found) for slug, found in self._questions.items()}
        return {"utterances": dict(self._utterances), "questions": questions}

    def _settle(self) -> None:
        """Settle the combinations that are kept, and forget them."""
        for profile, times in self._profiles.items():
            answers = {f"{place:05}": self._layout.decode(codes) for place, codes in enumerate(profile)}
            labels = consensus_labels(self._rules, answers, majority)
            self._utterances[settled_by(labels)] += times
            for slug, label in labels.items():
                self._questions[slug][label.source] += times
        self._profiles.clear()


def confusions(table: Table) -> list[dict[str, Any]]:
    """Return the pairs of different answers that two raters gave to the same utterance, the most frequent first.

    Args:
        table: of one question; its codes are (N, R).

    Returns:
        `answers`, the names of both in the order of the codebook, and `times`; at most `MOST_CONFUSIONS`. Choices of a
        set are joined by a plus sign.
    """
    size = len(table.answers)
    found: Counter[int] = Counter()
    for one, other in combinations(range(table.codes.shape[1]), 2):
        first, second = (table.codes[:, column].astype(np.int64) for column in (one, other))
        differ = (first >= 0) & (second >= 0) & (first != second)
        low, high = np.minimum(first[differ], second[differ]), np.maximum(first[differ], second[differ])
        cells, times = np.unique(low * size + high, return_counts=True)
        found.update(dict(zip(cells.tolist(), times.tolist(), strict=True)))
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:MOST_CONFUSIONS]
    return [
        {"answers": [_name(table.answers[cell // size]), _name(table.answers[cell % size])], "times": times}
        for cell, times in ordered
    ]


def _name(answer: Any) -> str:
    return "+".join(sorted(answer)) if isinstance(answer, frozenset) else str(answer)
