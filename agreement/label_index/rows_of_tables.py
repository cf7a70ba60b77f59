"""Rows and dialogues that other tables refer to: batches, flags, findings, and dialogues in progress."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Max, Q

from agreement.label_index.arrays import Arrays, Keys
from agreement.label_index.block import Mask
from agreement.label_index.index import LabelIndex
from annotator.models import Assignment, Batch, Flag, Slot
from common.database.hints import Rarely
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Finding, Purpose, Utterance
from corpus.rules.label_selection import ANY

PIECE = 5_000  # ids of a query


def unfinished(index: LabelIndex) -> list[tuple[int, int, int]]:
    """Return (rater, first row, row after the last) of the dialogues that raters have not handed in.

    Their answers do not count: they are in progress, or were given up.
    """
    arrays = index.arrays
    # a large corpus has hundreds of thousands of finished ones, which must not be read at each search
    unfinished = Rarely(Q(state__in=[Assignment.State.OPEN, Assignment.State.RELEASED]))
    rows = Assignment.objects.filter(unfinished, rater__in=index.raters, purpose=Purpose.MAIN)
    pairs = list(rows.values_list("rater", "dialogue"))
    if not pairs:
        return []
    places = _places_of_dialogues(arrays)
    known = [(rater, places[dialogue]) for rater, dialogue in pairs if dialogue in places]
    first = np.searchsorted(arrays.dialogue, [place for _, place in known], side="left")
    last = np.searchsorted(arrays.dialogue, [place for _, place in known], side="right")
    return [(index.raters[rater], int(a), int(b)) for (rater, _), a, b in zip(known, first, last, strict=True)]


def _places_of_dialogues(arrays: Arrays) -> dict[int, int]:
    return {key: place for place, key in enumerate(arrays.dialogues.key.tolist())}


def batch_mask(corpus: Corpus, index: LabelIndex, wanted: Sequence[str]) -> Mask:
    """Return (D,) the dialogues that have slots in one of some batches.

    The dialogues of a batch are kept in memory until slots are created or moved.

    Raises:
        Refused: `labels.filter.unknown_batch`.
    """
    batches = list(Batch.objects.filter(corpus=corpus).order_by("pk"))
    known = {str(batch.public_id): batch for batch in batches}
    if unknown := [each for each in wanted if each not in known]:
        raise Refused("labels.filter.unknown_batch", batch=unknown[0][:60])
    newest = Slot.objects.aggregate(newest=Max("pk"))["newest"]
    stamp = [newest, *((batch.pk, batch.dealt, batch.topped, batch.closed_at) for batch in batches)]
    chosen = np.zeros(len(index.arrays.dialogues.key), dtype=bool)
    for each in wanted:
        batch = known[each]
        kept = index.batches.get(batch.pk)
        if kept is None or kept[0] != stamp:
            keys = np.fromiter(batch.slots.values_list("dialogue_id", flat=True).distinct().iterator(10_000), np.int64)
            kept = index.batches[batch.pk] = (stamp, keys)
        chosen |= np.isin(index.arrays.dialogues.key, kept[1])
    return chosen


def flag_mask(corpus: Corpus, arrays: Arrays, wanted: Sequence[str]) -> Mask:
    """Return (N,) the utterances with flags: `any`, `open`, or of a reason.

    Raises:
        Refused: `labels.filter.unknown_flag`.
    """
    kinds: Any = Q()
    for each in wanted:
        if each in Flag.Reason.values:
            kinds |= Q(reason=each) & ~Q(state=Flag.State.WITHDRAWN)
        elif each == Flag.State.OPEN:
            kinds |= Q(state=each)
        elif each == ANY:
            kinds |= ~Q(state=Flag.State.WITHDRAWN)
        else:
            words = ", ".join([ANY, "open", *Flag.Reason.values])
            raise Refused("labels.filter.word", name="flag", value=each[:60], words=words)
    keys = Flag.objects.filter(kinds, corpus=corpus).values_list("utterance_id", flat=True)
    return _mask(arrays, arrays.rows_of(np.fromiter(set(keys), dtype=np.int64)))


def finding_mask(corpus: Corpus, index: LabelIndex, wanted: Sequence[str]) -> Mask:
    """Return (N,) the utterances of findings: `any`, of a kind, or one finding by its public id.

    A finding names its rows by public ids; their primary keys are kept in memory until a run finds it again.

    Raises:
        Refused: `labels.filter.unknown_finding`.
    """
    of_corpus = Finding.objects.filter(corpus=corpus, gone_at__isnull=True)
    mask = np.zeros(len(index.arrays), dtype=bool)
    for each in wanted:
        stamps = dict((of_corpus if each == ANY else of_corpus.filter(_one_finding(each))).values_list("pk", "seen_at"))
        if not stamps and each != ANY:
            raise Refused("labels.filter.unknown_finding", finding=each[:60])
        known = index.findings
        unread = [key for key, seen_at in stamps.items() if key not in known or known[key][0] != seen_at]
        for finding in of_corpus.filter(pk__in=unread) if unread else ():
            known[finding.pk] = (finding.seen_at, *_keys_of_finding(finding))
        for key in stamps.keys() & known.keys():
            mask[_rows_of_finding(index.arrays, *known[key][1:])] = True
    return mask


def _one_finding(wanted: str) -> Q:
    try:
        return Q(public_id=UUID(wanted))
    except ValueError:
        return Q(kind=wanted)


def _keys_of_finding(finding: Finding) -> tuple[str, Keys]:
    """Return what the rows of a finding are (`dialogues`, `ends` of a range, or `utterances`), and their keys."""
    rows = finding.rows
    if "dialogues" in rows:
        return "dialogues", _keys(Dialogue, rows["dialogues"])
    if "first" in rows:
        return "ends", _keys(Utterance, [rows["first"], rows["last"]])
    return "utterances", _keys(Utterance, rows.get("utterances", []))


def _rows_of_finding(arrays: Arrays, what: str, keys: Keys) -> Keys:
    if what == "dialogues":
        return arrays.rows_of_dialogues(np.isin(arrays.dialogues.key, keys))
    rows = arrays.rows_of(keys)
    return np.arange(rows.min(), rows.max() + 1) if what == "ends" and len(rows) == 2 else rows


def _keys(model: type[Dialogue] | type[Utterance], public_ids: Sequence[str]) -> Keys:
    found: list[int] = []
    for start in range(0, len(public_ids), PIECE):
        chunk = public_ids[start : start + PIECE]
        found += model.objects.filter(public_id__in=chunk).values_list("pk", flat=True)
    return np.array(found, dtype=np.int64)


def _mask(arrays: Arrays, rows: Keys) -> Mask:
    mask = np.zeros(len(arrays), dtype=bool)
    mask[rows] = True
    return mask


def dialogue_mask(arrays: Arrays, keys: Iterable[int]) -> Mask:
    """Return (D,) the dialogues with these primary keys."""
    return np.isin(arrays.dialogues.key, np.fromiter(keys, dtype=np.int64))
