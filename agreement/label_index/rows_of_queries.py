"""Criteria whose utterances are those of a query.

The first blocks of a search are read one by one: the first page of a frequent filter needs the rows of some thousand
utterances, not of a million. If they do not fill the page, and there are few rows at all, these are read at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db.models import QuerySet

from agreement.label_index.arrays import Arrays, Keys
from agreement.label_index.block import Block, Mask
from agreement.label_index.criteria import Criterion
from agreement.models import Decision
from corpus.models import Annotation

FIRST = 20_000  # utterances of a corpus that are read block by block before it is asked whether there are few rows
FEW = 2_000  # rows that are read at once
PIECE = 5_000  # ids of a query
SCATTERED = 4  # if the keys of a block spread over more than so many times their number, they are named one by one


def of_queries(arrays: Arrays, queries: Iterable[QuerySet[Any]]) -> Criterion:
    """Return the criterion that an utterance is one of some queries.

    Args:
        arrays: the corpus.
        queries: of models with a key `utterance`; evaluated in the snapshot of the search.
    """
    rows = [query.order_by().values_list("utterance", flat=True) for query in queries]
    read: dict[tuple[int, int], Mask] = {}
    seen = 0
    few: list[Mask | None] = []

    def fits(block: Block) -> Mask:
        nonlocal seen
        place = (block.start, block.stop)
        if place not in read:  # a page is counted after it was searched
            if seen >= FIRST and not few:
                few.append(_whole(arrays, rows))
            seen += block.size
            read[place] = few[0][block.start : block.stop] if few and few[0] is not None else _of_block(rows, block)
        return read[place]

    return fits


def _whole(arrays: Arrays, rows: Sequence[QuerySet[Any]]) -> Mask | None:
    """Return (N,) the utterances of all rows; None if there are many."""
    if any(_is_joined(query) for query in rows):
        return None  # it would take as long as all blocks together
    mask = np.zeros(len(arrays), dtype=bool)
    for query in rows:
        keys = list(query[: FEW + 1])
        if len(keys) > FEW:
            return None
        mask[arrays.rows_of(np.array(keys, dtype=np.int64))] = True
    return mask


def _of_block(rows: Sequence[QuerySet[Any]], block: Block) -> Mask:
    """Return (n,) the utterances of a block that some rows belong to."""
    mask = np.zeros(block.size, dtype=bool)
    for query in rows:
        found = np.fromiter(_keys(query, block), dtype=np.int64)
        inside = block.arrays.rows_of(found) - block.start
        mask[inside[(inside >= 0) & (inside < block.size)]] = True
    return mask


def _keys(rows: QuerySet[Any], block: Block) -> Iterator[int]:
    keys: Keys = block.arrays.utterance[block.start : block.stop]
    first, last = int(keys.min()), int(keys.max())
    if last - first < SCATTERED * len(keys):
        for each in _same_keys(rows):
            rows = rows.filter(**{f"{each}__gte": first, f"{each}__lte": last})
        yield from rows.iterator(10_000)
        return
    for start in range(0, len(keys), PIECE):
        yield from rows.filter(utterance__in=keys[start : start + PIECE].tolist())


def _is_joined(rows: QuerySet[Any]) -> bool:
    """Return whether a query compares annotations with decisions."""
    return rows.model is Annotation and Decision._meta.db_table in rows.query.alias_map  # noqa: SLF001 -- documented


def _same_keys(rows: QuerySet[Any]) -> list[str]:
    """Return the columns with the key of the utterance; that of a joined decision lets the database begin there."""
    return ["utterance", "utterance__decision__utterance"] if _is_joined(rows) else ["utterance"]
