"""A page of the label browser, the number of matches, and all matches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from django.utils import timezone

from agreement.domain.adjudication.eligibility import dialogues_to_decide_blind
from agreement.domain.labels.reader import Reader, count_visible
from agreement.domain.labels.rows import Row, rows_of
from agreement.label_index.arrays import Keys
from agreement.label_index.block import Mask
from agreement.label_index.index import LabelIndex
from agreement.label_index.registry import fresh_index
from agreement.label_index.resolution import Resolution, resolve
from annotator.domain.allocation.closed_dialogues import blind_dialogues, close_dialogues
from common.database.snapshot import snapshot
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Utterance
from corpus.rules.label_selection import Selection

PER_PAGE = 25
COUNTED_AT_ONCE = 100_000  # utterances up to which a page counts its matches itself
FEW_COUNTED = 5_000  # the same, if the answers of a filter have to be read from the database
MOST_CLOSED = 5_000  # dialogues of one statement
CHUNK = 500  # utterances of a download that are read at once


@dataclass(slots=True)
class Page:
    """A page of matches.

    Attributes:
        rows: the matches.
        following: whether there are matches after them.
        preceding: whether there are matches before them.
        all: number of utterances that the reader may see, without filters.
        hidden: number of dialogues that the reader must stay blind to.
        matches: number of matches; None if it takes too long to count them with the page.
        faults: the filters that cannot be used; there are no rows then.
    """

    rows: list[Row] = field(default_factory=list)
    following: bool = False
    preceding: bool = False
    all: int = 0
    hidden: int = 0
    matches: int | None = None
    faults: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """The place at which a page begins or ends: after or before an utterance (public id); the start without either."""

    after: UUID | None = None
    before: UUID | None = None


def page_of(*, corpus: Corpus, selection: Selection, reader: Reader, place: Place, size: int = PER_PAGE) -> Page:
    """Return a page of matches in the order of the corpus; the dialogues on it are closed to the reader.

    Args:
        corpus: with a codebook.
        selection: the filters.
        reader: who reads it.
        place: where the page begins.
        size: most rows.

    Raises:
        NotReadyError: the index is being made.
        Refused: `agreement.no_codebook`, `agreement.codes_missing`, `labels.place_gone`; `annotator.dialogue_held`, the
            reader was given one of the dialogues in this moment.
    """
    allowed, faults = reader.allowed(selection)
    with fresh_index(corpus) as index:
        found, visible = _resolved(corpus, index, allowed, reader)
        page = Page(faults=faults + found.faults, all=count_visible(index.arrays, visible))
        if visible is not None:
            page.hidden = int(np.count_nonzero(~visible))
        if not page.faults:
            rows = _cut(page, found, index, place, size)
            page.rows = rows_of(corpus, index.arrays.utterance[rows].tolist(), reader)
            if len(index.arrays) <= (FEW_COUNTED if found.is_slow else COUNTED_AT_ONCE):
                page.matches = found.search.count()
    _record(corpus, reader, {row.utterance.dialogue_id for row in page.rows})
    return page


def count_of(*, corpus: Corpus, selection: Selection, reader: Reader) -> tuple[int, int]:
    """Return the number of matches, and of all utterances that the reader may see.

    Raises:
        NotReadyError: the index is being made.
        Refused: a filter cannot be used; as for `page_of`.
    """
    allowed, faults = reader.allowed(selection)
    with fresh_index(corpus) as index:
        found, visible = _resolved(corpus, index, allowed, reader)
        if faults or found.faults:
            raise (faults + found.faults)[0]
        return found.search.count(), count_visible(index.arrays, visible)


def all_of(*, corpus: Corpus, selection: Selection, reader: Reader) -> Iterator[Row]:
    """Return all matches, read in pieces; their dialogues are closed to the reader before the first is read.

    Raises:
        NotReadyError, Refused: as for `count_of`.
    """
    allowed, faults = reader.allowed(selection)
    with fresh_index(corpus) as index:
        found, _visible = _resolved(corpus, index, allowed, reader)
        if faults or found.faults:
            raise (faults + found.faults)[0]
        rows = found.search.all()
        keys: Keys = index.arrays.utterance[rows]
        dialogues = index.arrays.dialogues.key[np.unique(index.arrays.dialogue[rows])].tolist()
    _record(corpus, reader, set(dialogues))
    return _read(corpus, keys, reader)


def keys_of(*, corpus: Corpus, selection: Selection, reader: Reader) -> list[int]:
    """Return the primary keys of all matches, without their answers; so no dialogue is closed to the reader.

    Raises:
        NotReadyError, Refused: as for `count_of`.
    """
    allowed, faults = reader.allowed(selection)
    with fresh_index(corpus) as index:
        found, _visible = _resolved(corpus, index, allowed, reader)
        if faults or found.faults:
            raise (faults + found.faults)[0]
        keys: list[int] = index.arrays.utterance[found.search.all()].tolist()
    return keys


def visible_utterance(*, corpus: Corpus, utterance: Utterance, reader: Reader) -> bool:
    """Return whether the reader may see the answers to an utterance; its dialogue is closed to them then.

    Raises:
        Refused: `annotator.dialogue_held`.
    """
    if utterance.dialogue.state == Dialogue.State.DRAFT:
        return False
    hidden = blind_dialogues(membership=reader.membership).filter(pk=utterance.dialogue_id)
    if hidden.exists() or utterance.dialogue_id in dialogues_to_decide_blind(reader.membership):
        return False
    _record(corpus, reader, {utterance.dialogue_id})
    return True


def _read(corpus: Corpus, keys: Keys, reader: Reader) -> Iterator[Row]:
    for start in range(0, len(keys), CHUNK):
        with snapshot():
            rows = rows_of(corpus, keys[start : start + CHUNK].tolist(), reader)
        yield from rows


def _resolved(
    corpus: Corpus, index: LabelIndex, selection: Selection, reader: Reader
) -> tuple[Resolution, Mask | None]:
    visible = reader.visible(index.arrays)
    return resolve(selection, corpus=corpus, index=index, visible=visible), visible


def _cut(page: Page, found: Resolution, index: LabelIndex, place: Place, size: int) -> list[int]:
    """Return the rows of a page, and note on it whether there are others around them."""
    if place.before is not None:
        row = _row(index, place.before)
        rows = found.search.before(row, size + 1)
        page.preceding, page.following = len(rows) > size, True
        return rows[-size:]
    row = 0 if place.after is None else _row(index, place.after) + 1
    rows = found.search.after(row, size + 1)
    page.following = len(rows) > size
    page.preceding = place.after is not None
    return rows[:size]


def _row(index: LabelIndex, utterance: UUID) -> int:
    key = Utterance.objects.filter(public_id=utterance).values_list("pk", flat=True).first()
    rows = index.arrays.rows_of(np.array([-1 if key is None else key], dtype=np.int64))
    if not len(rows):
        raise Refused("labels.place_gone")
    return int(rows[0])


def _record(corpus: Corpus, reader: Reader, dialogues: set[int]) -> None:
    """Close the dialogues to the reader, or note the time for a member who may label later."""
    keys = sorted(dialogues)
    for start in range(0, len(keys), MOST_CLOSED):
        chosen = Dialogue.objects.filter(corpus=corpus, pk__in=keys[start : start + MOST_CLOSED])
        close_dialogues(membership=reader.membership, dialogues=chosen, now=timezone.now())
