"""Criteria whose utterances are those of a query.

A few rows are read at once. Many are read block by block, as far as the search goes: the first page of a frequent
filter then reads the rows of some thousand utterances, not of a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from django.db.models import QuerySet

from agreement.label_index.arrays import Arrays, Keys
from agreement.label_index.block import Block, Mask
from agreement.label_index.criteria import Criterion

FEW = 2_000  # rows that are read at once
PIECE = 5_000  # ids of a query
SCATTERED = 4  # if the keys of a block spread over more than so many times their number, they are named one by one


def of_queries(arrays: Arrays, queries: Iterable[QuerySet[Any]]) -> Criterion:
    """Return the criterion that an utterance is one of some queries.

    Args:
        arrays: the corpus.
        queries: of models with a key `utterance`; evaluated in the snapshot of the search.
    """
    known = np.zeros(len(arrays), dtype=bool)
    many: list[QuerySet[Any]] = []
    for query in queries:
        rows = query.order_by().values_list("utterance", flat=True)
        keys = list(rows[: FEW + 1])
        if len(keys) > FEW:
            many.append(rows)
        else:
            known[arrays.rows_of(np.array(keys, dtype=np.int64))] = True
    read: dict[tuple[int, int], Mask] = {}

    def fits(block: Block) -> Mask:
        if not many:
            return known[block.start : block.stop]
        place = (block.start, block.stop)
        if place not in read:  # a page is counted after it was searched
            read[place] = known[block.start : block.stop].copy()
            for rows in many:
                found = np.fromiter(_of_block(rows, block), dtype=np.int64)
                inside = arrays.rows_of(found) - block.start
                read[place][inside[(inside >= 0) & (inside < block.size)]] = True
        return read[place]

    return fits


def _of_block(rows: QuerySet[Any], block: Block) -> Iterator[int]:
    keys: Keys = block.arrays.utterance[block.start : block.stop]
    first, last = int(keys.min()), int(keys.max())
    if last - first < SCATTERED * len(keys):
        yield from rows.filter(utterance__gte=first, utterance__lte=last).iterator(10_000)
        return
    for start in range(0, len(keys), PIECE):
        yield from rows.filter(utterance__in=keys[start : start + PIECE].tolist())
