"""Slices of a report: agreement per dialogue, series, speaker, week, batch, annotator and version, adding up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from agreement.judgements.circumstances import NONE, Circumstances
from agreement.judgements.tables import AnswerTables, Table
from agreement.statistics.answers.dialogues import Dialogues, Floats, dialogues_of
from agreement.statistics.intervals.figures import ALIKE, MOST_SETS, NO_VARIATION, NOTHING_TO_COMPARE
from agreement.statistics.slices.alpha import Expected, Slice, SliceValues, alpha_slices, expected_of, slice_values
from agreement.statistics.slices.layout import Division
from agreement.statistics.slices.pairs import NO_SLICE, AnswerPairs, PairPlaces, Slicing, pairs_of
from annotator.models import Batch
from corpus.models import CodebookVersion, Corpus, Dialogue, GuidelineVersion, Series, Speaker

OTHERS, NO_ONE, MIXED = "others", "none", "mixed"  # kinds of slices that are no single thing
COLUMNS = (
    *("value", "low", "high", "error", "note", "reason", "n_units", "n_dialogues", "n_carriers", "n_disagreeing"),
    *("answers", "share", "disagreement"),
)
FIGURES = COLUMNS[:10]
ANSWERS = COLUMNS.index("answers")
_figures = attrgetter(*FIGURES)
MOST = 5000  # slices that are stored one by one; of more, those with the most disagreement

Name = dict[str, Any]
Keys = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class _Named:
    """A slicing with the names of its slices.

    Attributes:
        slicing: K slices.
        names: K of them, each with `key` and `name`, and what else a link to its utterances needs.
    """

    slicing: Slicing
    names: list[Name]


def slices(answers: AnswerTables, circumstances: Circumstances, corpus: Corpus) -> dict[str, Any]:
    """Return the agreement on every question by slices.

    Args:
        answers: of a report.
        circumstances: of them.
        corpus: theirs.

    Returns:
        Name of each slicing with two slices or more -> `slices`, a list of dicts with `kind` (empty; `others`: those
        beyond the 5,000 with the most disagreement; `none`: pairs without such a thing; `mixed`: pairs of two slices),
        `key` and `name`; and `questions`, each with `slug` and `rows`, one per slice with the values of `COLUMNS`:
        those of `statistics.intervals.figures.Figure`, the number of answers compared, their share of all, and the
        share of all disagreement. The sum of share * value over the slices is alpha of the question.
    """
    dialogues = dialogues_of(answers.dialogue, len(answers.dialogue))
    places: dict[bytes, PairPlaces] = {}
    compared = [_Question(table, places) for table in answers.tables]
    found = {}
    for name, divide in _DIVISIONS.items():
        division = divide(answers, circumstances, corpus)
        if len(division.names) >= 2:
            found[name] = _sliced(division, compared, dialogues, in_one_dialogue=name == "dialogue")
    return found


class _Question:
    """The pairs of answers to a question, and what is expected of them."""

    def __init__(self, table: Table, places: dict[bytes, PairPlaces]) -> None:
        self.slug, variable = table.variable.slug, table.variable
        self.pairs: AnswerPairs | None = None
        if variable.level != "sets" or len(table.answers) <= MOST_SETS:
            values = table.answers if variable.level == "sets" else variable.values
            self.pairs = pairs_of(table.codes, places)
            self.expected: Expected = expected_of(self.pairs, len(table.answers), variable.level, values)

    def rows(self, division: Division, *, in_one_dialogue: bool) -> list[list[Any]]:
        """Return the values of `COLUMNS` of each slice, of pairs without a slice, and of mixed pairs.

        None if the question has too many sets of choices. A slice in one dialogue has no interval.
        """
        if self.pairs is None:
            return []
        if not in_one_dialogue:
            return [_row(each) for each in alpha_slices(self.pairs, division, self.expected)]
        return _rows_of_dialogues(slice_values(self.pairs, division, self.expected))

    def disagreement(self, division: Division) -> Floats:
        """Return the share of each slice in all disagreement, (K,)."""
        if self.pairs is None:
            return np.zeros(division.slicing.count)
        return slice_values(self.pairs, division, self.expected).disagreement[: division.slicing.count]


def _sliced(named: _Named, compared: list[_Question], dialogues: Dialogues, *, in_one_dialogue: bool) -> dict[str, Any]:
    named = _with_others(named, compared, dialogues)
    names = [*named.names, {"kind": NO_ONE}, {"kind": MIXED}]
    division = Division(named.slicing, dialogues)
    rows = [each.rows(division, in_one_dialogue=in_one_dialogue) for each in compared]
    compares = np.any([[bool(each[ANSWERS]) for each in row] for row in rows if row] or [[False] * len(names)], axis=0)
    used = np.flatnonzero(compares).tolist()
    return {
        "slices": [{"kind": "", "key": "", "name": "", **names[place]} for place in used],
        "questions": [
            {"slug": each.slug, "rows": [row[place] for place in used] if row else []}
            for each, row in zip(compared, rows, strict=True)
        ],
    }


def _with_others(named: _Named, compared: list[_Question], dialogues: Dialogues) -> _Named:
    """Return a division into at most `MOST` slices and the others."""
    count = len(named.names)
    if count <= MOST:
        return named
    division = Division(named.slicing, dialogues)
    lost = np.sum([each.disagreement(division) for each in compared], axis=0)
    kept = np.sort(np.argsort(-lost, kind="stable")[:MOST])
    number = np.full(count, MOST, dtype=np.int64)
    number[kept] = np.arange(MOST)
    of = np.where(named.slicing.of == NO_SLICE, NO_SLICE, number[named.slicing.of])
    names = [*(named.names[place] for place in kept.tolist()), {"kind": OTHERS}]
    return _Named(replace(named.slicing, of=of, count=MOST + 1), names)


def _row(part: Slice) -> list[Any]:
    numbers = (*_figures(part.figure), part.answers, part.share, part.disagreement)
    return [round(each, 12) if type(each) is float else each for each in numbers]


def _rows_of_dialogues(found: SliceValues) -> list[list[Any]]:
    """Return the rows of slices in one dialogue each, column by column, because there are thousands."""
    value, units, *weights = (each.round(12).tolist() for each in found)
    none, nought, alike = repeat(None), repeat(0), repeat(ALIKE)
    figures = (value, none, none, none, alike, repeat(""), units, repeat(1), nought, nought)
    rows = [list(row) for row in zip(*figures, *weights, strict=False)]
    for place in np.flatnonzero(np.isnan(found.value)).tolist():
        compared = units[place]
        reason = NO_VARIATION if compared else NOTHING_TO_COMPARE
        rows[place][:ANSWERS] = [None, None, None, None, "", reason, compared, min(compared, 1), 0, 0]
    return rows


def rows_of(document: Mapping[str, Any], slug: str) -> Iterable[tuple[Name, dict[str, Any]]]:
    """Return the slices of a stored slicing with the figures of one question, as dicts."""
    for question in document["questions"]:
        if question["slug"] == slug:
            yield from (
                (name, dict(zip(COLUMNS, row, strict=True)))
                for name, row in zip(document["slices"], question["rows"], strict=False)
            )


def _division(of: Keys, named: Iterable[tuple[int, Name]]) -> _Named:
    """Return the division by primary keys, `NONE` for no slice, in the order of the names; unused ones are left out."""
    keys, number = np.unique(of, return_inverse=True)
    used = set(keys.tolist())
    names = {key: name for key, name in named if key in used}
    place = {key: row for row, key in enumerate(names)}
    of_key = np.array([place.get(key, NO_SLICE) for key in keys.tolist()], dtype=np.int64)
    return _Named(Slicing(of_key[number.reshape(of.shape)], len(names)), list(names.values()))


def _name(key: str, name: str | None = None, **more: str) -> Name:
    return {"key": key, "name": key if name is None else name, **more}


def _by_dialogue(answers: AnswerTables, _: Circumstances, corpus: Corpus) -> _Named:
    rows = Dialogue.objects.filter(corpus=corpus).order_by("order", "pk").values_list("pk", "code")
    return _division(answers.dialogue, ((key, _name(code)) for key, code in rows.iterator()))


def _by_series(_: AnswerTables, given: Circumstances, corpus: Corpus) -> _Named:
    rows = Series.objects.filter(corpus=corpus).order_by("name", "pk").values_list("pk", "name")
    return _division(given.series, ((key, _name(title)) for key, title in rows))


def _by_speaker(_: AnswerTables, given: Circumstances, corpus: Corpus) -> _Named:
    rows = Speaker.objects.filter(series__corpus=corpus).order_by("series__name", "name", "pk")
    named = rows.values_list("pk", "name", "series__name")
    return _division(given.speaker, ((key, _name(name, series=title)) for key, name, title in named))


def _by_week(_: AnswerTables, given: Circumstances, _corpus: Corpus) -> _Named:
    mondays = [(day, date.fromordinal(day)) for day in np.unique(given.week).tolist() if day != NONE]
    return _division(given.week, ((key, _name(day.isoformat())) for key, day in mondays))


def _by_batch(_: AnswerTables, given: Circumstances, corpus: Corpus) -> _Named:
    rows = Batch.objects.filter(corpus=corpus).order_by("created_at", "pk").values_list("pk", "public_id", "name")
    return _division(given.batch, ((key, _name(str(public_id), name)) for key, public_id, name in rows))


def _by_codebook(_: AnswerTables, given: Circumstances, corpus: Corpus) -> _Named:
    return _by_version(given.codebook, CodebookVersion.objects.filter(corpus=corpus).values_list("pk", "version"))


def _by_guideline(_: AnswerTables, given: Circumstances, corpus: Corpus) -> _Named:
    return _by_version(given.guideline, GuidelineVersion.objects.filter(corpus=corpus).values_list("pk", "version"))


def _by_version(of: Keys, versions: Iterable[tuple[int, int]]) -> _Named:
    ordered = sorted(versions, key=lambda each: each[1])
    return _division(of, ((key, _name(str(version), f"v{version}")) for key, version in ordered))


def _by_annotator(answers: AnswerTables, _: Circumstances, _corpus: Corpus) -> _Named:
    raters = len(answers.raters)
    of = np.broadcast_to(np.arange(raters), (len(answers.utterance), raters))
    return _Named(Slicing(of, raters, halves=True), [_name(slug) for slug in answers.raters])


_DIVISIONS: dict[str, Callable[[AnswerTables, Circumstances, Corpus], _Named]] = {
    "dialogue": _by_dialogue,
    "series": _by_series,
    "speaker": _by_speaker,
    "week": _by_week,
    "batch": _by_batch,
    "annotator": _by_annotator,
    "codebook": _by_codebook,
    "guideline": _by_guideline,
}
SLICINGS = tuple(_DIVISIONS)
