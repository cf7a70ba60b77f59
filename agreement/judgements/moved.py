"""Judgements as a move of answers would leave them, without moving anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from django.db.models import QuerySet

from agreement.judgements.comparability import Codes, Translation
from agreement.judgements.reader import JudgementReader, Judgements
from annotator.domain.moves.asking import who_is_asked
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import Annotation, Purpose, Rater
from corpus.rules.codebook.codes import MISSING

OPEN = -5  # the code of a question that only the rater can answer


class MovedTranslation(Translation):
    """Translates codes by the mapping of a move; open questions become `OPEN`.

    Args:
        mover: of the move.
    """

    def __init__(self, mover: ProfileMover) -> None:
        super().__init__(mover.source.rules(), mover.target.rules())
        self._mover = mover
        self._columns = {column.slug: column.start for column in mover.target.layout().columns}
        self.comparable = np.ones(len(self._columns), dtype=bool)
        self._cache: dict[bytes, Codes] = {}

    def __call__(self, codes: Codes) -> Codes:
        """Return codes (N, cells of the new layout) from codes (N, cells of the old layout)."""
        distinct, index = np.unique(codes, axis=0, return_inverse=True)
        moved = np.stack([self._of(row.astype("<i2").tobytes()) for row in distinct]) if len(codes) else distinct
        result: Codes = moved[index.reshape(-1)]
        return result

    def _of(self, codes: bytes) -> Codes:
        if codes not in self._cache:
            row = np.frombuffer(self._mover(codes).codes, dtype="<i2").astype(np.int16)
            for slug in self._mover(codes).open:
                row[self._columns[slug]] = OPEN
            self._cache[codes] = row
        return self._cache[codes]


def moved_chunks(
    reader: JudgementReader, annotations: QuerySet[Annotation], raters: Iterable[Rater]
) -> Iterator[Judgements]:
    """Yield the chunks of a reader with a `MovedTranslation` as the move would leave them.

    A dialogue that its rater has to answer in part again does not count until it is finished again.

    Args:
        reader: of `raters`.
        annotations: as `selection.counted` returns them.
        raters: of the annotations.
    """
    keys = {rater.slug: rater.pk for rater in raters}
    own = np.array([keys[slug] for slug in reader.raters], dtype=np.int64)
    for judgements in reader.chunks(annotations):
        is_open = (judgements.codes == OPEN).any(axis=1)
        codes, first_codes = (_without_open(each) for each in (judgements.codes, judgements.first_codes))
        asked = who_is_asked(set(judgements.dialogue[is_open].tolist())) if is_open.any() else set()
        rater = own[judgements.rater]
        pairs = list(zip(judgements.dialogue.tolist(), rater.tolist(), strict=True))
        withdrawn = {
            pair
            for pair, open_ in zip(pairs, is_open.tolist(), strict=True)
            if open_ and (*pair, Purpose.MAIN) in asked
        }
        keep = np.array([pair not in withdrawn for pair in pairs], dtype=bool)
        yield replace(judgements, codes=codes, first_codes=first_codes).selected(np.flatnonzero(keep))


def _without_open(codes: Codes) -> Codes:
    return np.where(codes == OPEN, np.int16(MISSING), codes)
