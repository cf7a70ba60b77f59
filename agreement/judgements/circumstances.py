"""Circumstances of the compared answers: when, by which guideline and codebook, in which batch, and by which key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils import timezone

from agreement.judgements.raw_rows import Row, raw_rows
from agreement.judgements.tables import AnswerTables
from agreement.statistics.answers.dialogues import Bools, Ints
from annotator.models import Assignment
from corpus.models import Purpose, Rater, Revision, Utterance

NONE = 0  # in place of a primary key or a week
FETCHED = 1000  # rows at once: of more, those that wait make the garbage collector search all objects
CHUNK = 2000  # moved annotations whose revisions are read at once


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


# Text, which is converted once per minute: converting 65,000 times of SQLite takes longer than reading them. Both
# databases write a time as 2026-09-14 09:30 in UTC, with more behind it.
MINUTE = Substr(Cast("created_at", CharField()), 1, 16)
FIELDS = (MINUTE, "codebook_id", "guideline_id", "shortcut", "moved_from")  # of the revision that gave the answers
MOVED_FROM = FIELDS.index("moved_from")


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
    weeks = Mondays()
    for rows in raw_rows(_given(list(own)), FETCHED):
        utterances, raters_of, annotations, *fields = (list(values) for values in zip(*rows, strict=True))
        _before_moves(fields, annotations)
        keys = np.array(utterances, dtype=np.int64)
        known = row_of.known(keys)
        unit, rater = row_of(keys[known]), np.array([own[key] for key in raters_of], dtype=np.int64)[known]
        for table, values in zip((week, codebook, guideline, shortcut), _codes(fields, weeks), strict=True):
            table[unit, rater] = np.array(values, dtype=np.int32)[known]
    return Circumstances(series, speaker, week, codebook, guideline, _batches(answers, own, shape), shortcut == 1)


def _described(corpora: set[int], row_of: _Places, units: int) -> tuple[Ints, Ints]:
    """Return the series (N,) and the speakers (N,) of the utterances."""
    found = Utterance.objects.filter(dialogue__corpus__in=corpora).order_by()
    series, speaker = np.zeros(units, dtype=np.int64), np.zeros(units, dtype=np.int64)
    for rows in raw_rows(found.values_list("pk", "dialogue__series_id", "speaker_id"), FETCHED):
        described = np.array([(key, of, who or NONE) for key, of, who in rows], dtype=np.int64)
        described = described[row_of.known(described[:, 0])]
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


class Mondays(dict[str, int]):
    """Minute in UTC -> the Monday of its week, in the server's time zone."""

    def __missing__(self, minute: str) -> int:
        day = timezone.localtime(datetime.fromisoformat(minute).replace(tzinfo=UTC)).date()
        self[minute] = monday = day.toordinal() - day.weekday()
        return monday


def _given(raters: list[int]) -> QuerySet[Revision, Row]:
    """Return utterance, rater, annotation and `FIELDS` of the revisions with the first answers of all annotations."""
    first = Revision.objects.filter(
        annotation__rater__in=raters,
        annotation__purpose=Purpose.MAIN,
        number=Coalesce(F("annotation__first_number"), F("annotation__number")),
    )
    return first.order_by().values_list("annotation__utterance_id", "annotation__rater_id", "annotation_id", *FIELDS)


def _codes(fields: Sequence[list[Any]], weeks: Mondays) -> Iterable[list[int]]:
    """Return week, codebook, guideline and shortcut (0 or 1) of revisions, a list each."""
    minutes, codebooks, guidelines, shortcuts, _ = fields
    return (
        [weeks[minute] for minute in minutes],
        codebooks,
        [guideline or NONE for guideline in guidelines],
        [int(shortcut != "") for shortcut in shortcuts],
    )


def _before_moves(fields: Sequence[list[Any]], annotations: Sequence[int]) -> None:
    """Replace revisions that moved answers to another codebook version by those that gave them.

    Args:
        fields: a list per field of `FIELDS`, changed in place.
        annotations: their primary keys.
    """
    moved = [place for place, number in enumerate(fields[MOVED_FROM]) if number is not None]
    for start in range(0, len(moved), CHUNK):
        places = moved[start : start + CHUNK]
        revisions = Revision.objects.filter(annotation__in=[annotations[place] for place in places])
        found = {
            (annotation, number): given
            for annotation, number, *given in revisions.values_list("annotation_id", "number", *FIELDS)
        }
        for place in places:
            while (number := fields[MOVED_FROM][place]) is not None:
                for values, value in zip(fields, found[annotations[place], number], strict=True):
                    values[place] = value


def _batches(answers: AnswerTables, own: dict[int, int], shape: tuple[int, int]) -> npt.NDArray[np.int32]:
    """Return the batches of finished assignments, (N, R)."""
    finished = Assignment.objects.filter(rater__in=list(own), purpose=Purpose.MAIN, state=Assignment.State.DONE)
    found = finished.order_by("pk").values_list("dialogue_id", "rater_id", "slot__batch_id")
    dialogues, number = np.unique(answers.dialogue, return_inverse=True)
    place = {key: row for row, key in enumerate(dialogues.tolist())}
    batch = np.zeros((len(dialogues), shape[1]), dtype=np.int32)
    for rows in raw_rows(found, FETCHED):
        for dialogue, rater, key in rows:
            if dialogue in place:
                batch[place[dialogue], own[rater]] = key
    return batch[number.reshape(-1)]
