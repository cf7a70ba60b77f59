"""The inputs of linear models: n-grams of an utterance, and of its context and speaker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from baseline.data.dialogues import dialogue_ranges
from baseline.data.rows import Row
from baseline.linear.ngrams import all_ngrams, word_ngrams
from baseline.linear.sparse import SparseMatrix, Vocabulary, compressed

Texts = Callable[[str], list[str]]

INPUTS: dict[str, Texts] = {"words": word_ngrams, "words and characters": all_ngrams}
EARLIER = 2  # utterances of the context
CONTEXT_WEIGHT = 0.5  # length of the context's part of a row; the utterance itself has length 1


def fitted_matrices(rows: dict[str, list[Row]], texts: Texts, *, context: bool) -> dict[str, SparseMatrix]:
    """Return a matrix per split, with the n-grams and weights of train.

    Args:
        rows: split -> rows.
        texts: text -> n-grams.
        context: whether to add the n-grams of the `EARLIER` utterances before and the names of the speakers.
    """
    own = {split: [texts(row.text) for row in each] for split, each in rows.items()}
    vocabulary = Vocabulary.fit(own["train"])
    matrices = {split: vocabulary.matrix(each) for split, each in own.items()}
    if not context:
        return matrices
    around = {split: context_ngrams(each) for split, each in rows.items()}
    vocabulary = Vocabulary.fit(around["train"])
    return {split: _beside(matrices[split], vocabulary.matrix(around[split])) for split in rows}


def context_ngrams(rows: Sequence[Row]) -> list[list[str]]:
    """Return for each row its speaker, who spoke before, and the n-grams of the earlier utterances by distance."""
    found = []
    for dialogue in dialogue_ranges(rows):
        for number in dialogue:
            grams = [f"speaker {rows[number].speaker}"]
            for distance in range(1, min(EARLIER, number - dialogue.start) + 1):
                earlier = rows[number - distance]
                relation = "same" if earlier.speaker == rows[number].speaker else "other"
                grams.append(f"{distance} {relation}")
                grams += [f"{distance} {gram}" for gram in word_ngrams(earlier.text)]
            found.append(grams)
    return found


def _beside(left: SparseMatrix, right: SparseMatrix) -> SparseMatrix:
    parts = []
    for matrix, offset, weight in ((left.matrix, 0, 1.0), (right.matrix, left.columns, CONTEXT_WEIGHT)):
        starts = matrix.crow_indices().numpy()
        rows = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        parts.append((rows, matrix.col_indices().numpy() + offset, matrix.values().numpy() * weight))
    rows, columns, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=left.matrix.shape[0]))])
    return compressed(starts, columns[order], values[order], left.columns + right.columns)
