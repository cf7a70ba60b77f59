"""Circumstances of the compared answers: when, by which guideline and codebook, in which batch, and by which key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import CharField, F
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils import timezone

from agreement.judgements.tables import AnswerTables
from agreement.statistics.answers.dialogues import Bools, Ints
from annotator.models import Assignment
from corpus.models import Purpose, Rater, Revision, Utterance

NONE = 0  # in place of a primary key or a week
CHUNK = 2000  # annotations whose revisions are read at once


class Circumstances(NamedTuple):
    """The circumstances of N utterances and the first answers of R raters to them.

    Attributes:
        series, speaker: (N,) primary keys.
        week: (N, R) day number (`date.toordinal`) of the Monday of the week in which an answer was given, in the
            server's time zone.
        codebook, guideline: (N, R) primary keys of the versions under which it was given; the codebook version of an
            answer that was moved is the one before the move.
        batch: (N, R) primary keys of the batches.
        shortcut: (N, R) whether one key answered everything at once.
    """

    series: Ints
    speaker: Ints
    week: npt.NDArray[np.int32]
    codebook: npt.NDArray[np.int32]
    guideline: npt.NDArray[np.int32]
    batch: npt.NDArray[np.int32]
    shortcut: Bools


class _Given(NamedTuple):
    """The revision by which an answer was given; `minute` as in `MINUTE`."""

    minute: str
    codebook: int
    guideline: int | None
    shortcut: str
    moved_from: int | None


# Text, which is converted once per minute: converting 65,000 times of SQLite takes longer than reading them. Both
# databases write a time as 2026-09-14 09:30 in UTC, with more behind it.
MINUTE = Substr(Cast("created_at", CharField()), 1, 16)
FIELDS = (MINUTE, "codebook_id", "guideline_id", "shortcut", "moved_from")


def read_circumstances(answers: AnswerTables, raters: Sequence[Rater]) -> Circumstances:
    """Return the circumstances of answers; `NONE` where there are none, as of imported ones.

    Args:
        answers: the tables; use one snapshot for both.
        raters: of the tables, or more.
    """
    column = {slug: place for place, slug in enumerate(answers.raters)}
    own = {rater.pk: column[rater.slug] for rater in raters if rater.slug in column}
    shape = (len(answers.utterance), len(answers.raters))
    row_of = _Places(answers.utterance)
    series, speaker = _described({rater.corpus_id for rater in raters}, row_of, shape[0])
    week, codebook, guideline, shortcut = (np.zeros(shape, dtype=np.int32, order="F") for _ in range(4))
    keys, given = _given(list(own))
    known, mondays = row_of.known(keys[:, 0]), _Mondays()
    cells = np.array(
        [(mondays(each.minute), each.codebook, each.guideline or NONE, each.shortcut != "") for each in given],
        dtype=np.int32,
    ).reshape(-1, 4)[known]
    rows, columns = row_of(keys[known, 0]), np.array([own[key] for key in keys[known, 1].tolist()], dtype=np.int64)
    for table, values in zip((week, codebook, guideline, shortcut), cells.T, strict=True):
        table[rows, columns] = values
    return Circumstances(series, speaker, week, codebook, guideline, _batches(answers, own, shape), shortcut == 1)


def _described(corpora: set[int], row_of: _Places, units: int) -> tuple[Ints, Ints]:
    """Return the series (N,) and the speakers (N,) of the utterances."""
    rows = Utterance.objects.filter(dialogue__corpus__in=corpora).order_by()
    found = rows.values_list("pk", "dialogue__series_id", "speaker_id").iterator()
    described = np.array([(key, of, who or NONE) for key, of, who in found], dtype=np.int64).reshape(-1, 3)
    described = described[row_of.known(described[:, 0])]
    series, speaker = np.zeros(units, dtype=np.int64), np.zeros(units, dtype=np.int64)
    places = row_of(described[:, 0])
    series[places], speaker[places] = described[:, 1], described[:, 2]
    return series, speaker


class _Places:
    """Places of primary keys in an array of distinct ones."""

    def __init__(self, keys: Ints) -> None:
        self._order = np.argsort(keys)
        self._sorted = keys[self._order]

    def known(self, keys: Ints) -> Bools:
        """Return whether the array has each key."""
        place = np.minimum(np.searchsorted(self._sorted, keys), max(len(self._sorted) - 1, 0))
        return self._sorted[place] == keys if len(self._sorted) else np.zeros(len(keys), dtype=bool)

    def __call__(self, keys: Ints) -> Ints:
        """Return the places of keys that the array has."""
        return self._order[np.searchsorted(self._sorted, keys)] if len(keys) else np.empty(0, dtype=np.int64)


class _Mondays:
    """The Mondays of the weeks of minutes in UTC, in the server's time zone."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __call__(self, minute: str) -> int:
        if minute not in self._known:
            day = timezone.localtime(datetime.fromisoformat(minute).replace(tzinfo=UTC)).date()
            self._known[minute] = day.toordinal() - day.weekday()
        return self._known[minute]


def _given(raters: list[int]) -> tuple[Ints, list[_Given]]:
    """Return the (utterance, rater) keys (M, 2) of all annotations, and the revision of the first answers of each."""
    first = Revision.objects.filter(
        annotation__rater__in=raters,
        annotation__purpose=Purpose.MAIN,
        number=Coalesce(F("annotation__first_number"), F("annotation__number")),
    ).order_by()
    keys: list[tuple[int, int]] = []
    given: list[_Given] = []
    moved: list[tuple[int, int]] = []
    for annotation, utterance, rater, *fields in first.values_list(
        "annotation_id", "annotation__utterance_id", "annotation__rater_id", *FIELDS
    ).iterator(chunk_size=CHUNK):
        each = _Given(*fields)
        if each.moved_from is not None:
            moved.append((len(given), annotation))
        keys.append((utterance, rater))
        given.append(each)
    for start in range(0, len(moved), CHUNK):
        _before_moves(given, moved[start : start + CHUNK])
    return np.array(keys, dtype=np.int64).reshape(-1, 2), given


def _before_moves(given: list[_Given], moved: Sequence[tuple[int, int]]) -> None:
    """Replace revisions that moved answers to another codebook version by those that gave them.

    Args:
        given: changed in place.
        moved: places in it and the primary keys of the annotations.
    """
    revisions = Revision.objects.filter(annotation__in=[annotation for _, annotation in moved])
    found = {
        (annotation, number): _Given(*fields)
        for annotation, number, *fields in revisions.values_list("annotation_id", "number", *FIELDS)
    }
    for place, annotation in moved:
        each = given[place]
        while each.moved_from is not None:
            each = found[annotation, each.moved_from]
        given[place] = each


def _batches(answers: AnswerTables, own: dict[int, int], shape: tuple[int, int]) -> npt.NDArray[np.int32]:
    """Return the batches of finished assignments, (N, R)."""
    finished = Assignment.objects.filter(rater__in=list(own), purpose=Purpose.MAIN, state=Assignment.State.DONE)
    rows = list(finished.order_by("pk").values_list("dialogue_id", "rater_id", "slot__batch_id").iterator())
    dialogues, number = np.unique(answers.dialogue, return_inverse=True)
    place = {key: row for row, key in enumerate(dialogues.tolist())}
    batch = np.zeros((len(dialogues), shape[1]), dtype=np.int32)
    for dialogue, rater, key in rows:
        if dialogue in place:
            batch[place[dialogue], own[rater]] = key
    return batch[number.reshape(-1)]
