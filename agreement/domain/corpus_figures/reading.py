"""Describing a corpus from the index of its answers: its labels are the decisions, else the majorities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import F
from django.db.models.functions import Coalesce, Length

from agreement.domain.corpus_figures.described import Described, Group, Labels
from agreement.domain.labels.reader import Reader
from agreement.judgements.raw_rows import raw_rows
from agreement.label_index import consensus
from agreement.label_index.arrays import DECIDED, NONE, SPLITS, Arrays
from agreement.label_index.block import Block, Considered
from agreement.label_index.criteria import conditions_of
from agreement.label_index.index import LabelIndex
from agreement.label_index.registry import fresh_index
from agreement.label_index.rows_of_tables import unfinished
from agreement.statistics.answers.dialogues import Bools, Ints, dialogues_of
from corpus.models import Corpus, Rater, Series, Speaker, Utterance
from corpus.rules.codebook.codes import BITS, Column

KINDS = {"members": Rater.Kind.MEMBER, "sources": Rater.Kind.SOURCE}
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A described corpus as a reader may see it.

    Attributes:
        described: the utterances of dialogues with answers.
        kind: whose answers were read, one of `KINDS`.
        kinds: those with answers.
        hidden: number of dialogues that stay hidden from the reader.
        unlabelled: number of utterances in dialogues without answers.
    """

    described: Described
    kind: str
    kinds: tuple[str, ...]
    hidden: int
    unlabelled: int


def read_corpus(*, corpus: Corpus, reader: Reader, kind: str = "") -> Reading:
    """Describe a corpus.

    Args:
        corpus: with a codebook.
        reader: who reads the figures; dialogues whose answers they must not see are left out.
        kind: whose answers make the labels; by default those of members, if there are any.

    Raises:
        NotReadyError: the index is being made.
        Refused: `agreement.no_codebook`, `agreement.codes_missing`.
    """
    with fresh_index(corpus) as index:
        assert corpus.codebook is not None  # noqa: S101 -- has an index
        arrays = index.arrays
        visible = reader.visible(arrays)
        shown = ~arrays.dialogues.excluded if visible is None else visible & ~arrays.dialogues.excluded
        given = {name: _answered(index, name) for name in KINDS}
        kinds = tuple(name for name, mask in given.items() if mask.any())
        chosen = kind if kind in kinds else next(iter(kinds), "members")
        in_dialogue = shown[arrays.dialogue]
        begun = np.bincount(arrays.dialogue[given[chosen]], minlength=len(shown)) > 0
        rows = np.flatnonzero(in_dialogue & begun[arrays.dialogue])
        rules, layout = corpus.codebook.rules(), corpus.codebook.layout()
        labels = consensus.majority(
            rules,
            layout,
            _block(index, chosen).answerers,
            len(arrays),
            wanted=[question.slug for question in rules.questions],
            conditions=conditions_of(rules, layout),
        )
        decided = (arrays.decisions.state & DECIDED).astype(bool)
        labels.codes[:, decided] = arrays.decisions.codes[:, decided]
        found = {column.slug: _labels(column, labels.codes[:, rows]) for column in layout.columns}
        speaker = arrays.speaker[rows]
        characters, seconds = _lengths(corpus, arrays, rows)
        described = Described(
            rules=rules,
            dialogues=dialogues_of(arrays.dialogue[rows], len(rows)),
            groups=_groups(corpus, arrays, rows),
            labels=found,
            characters=characters,
            seconds=seconds,
            speaker=np.where(speaker == NONE, -1, np.unique(speaker, return_inverse=True)[1].reshape(-1)),
        )
        hidden = 0 if visible is None else int(np.count_nonzero(~visible & ~arrays.dialogues.excluded))
        return Reading(described, chosen, kinds, hidden, int(np.count_nonzero(in_dialogue)) - len(rows))


def _block(index: LabelIndex, kind: str) -> Block:
    raters = np.zeros(len(index.slugs) + 1, dtype=bool)
    raters[:-1] = [each == KINDS[kind] for each in index.kinds]
    return Block(index.arrays, Considered(raters, unfinished(index)), 0, len(index.arrays))


def _answered(index: LabelIndex, kind: str) -> Bools:
    answered: Bools = _block(index, kind).count > 0
    return answered


def _labels(column: Column, codes: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> Labels:
    first = codes[column.start].astype(np.int64)
    if not column.is_set:
        code = np.where(first >= 0, first, -1)
        return Labels(np.stack([code == each for each in range(len(column.answers))]), code)
    bits = [divmod(each, BITS) for each in range(len(column.answers))]
    return Labels(np.stack([(first >= 0) & (codes[column.start + cell] & (1 << bit) != 0) for cell, bit in bits]), None)


def _groups(corpus: Corpus, arrays: Arrays, rows: Ints) -> dict[str, Group]:
    place = arrays.dialogue[rows]
    series = dict(Series.objects.filter(corpus=corpus).values_list("pk", "name"))
    speakers = {
        key: (name, gender, age)
        for key, name, gender, age in Speaker.with_merged.filter(series__corpus=corpus).values_list(
            "pk", "name", "gender", "age_group"
        )
    }
    described = [speakers.get(key, ("", "", "")) for key in arrays.speaker[rows].tolist()]
    return {
        "split": Group.of([SPLITS[each] for each in arrays.dialogues.split[place].tolist()], SPLITS),
        "series": Group.of([series.get(each, "") for each in arrays.dialogues.series[place].tolist()]),
        "gender": Group.of([gender for _, gender, _ in described]),
        "age": Group.of([age for _, _, age in described]),
        "speaker": Group.of([name for name, _, _ in described]),
    }


def _lengths(
    corpus: Corpus, arrays: Arrays, rows: Ints
) -> tuple[Ints, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Return (n,) characters and (n,) seconds of some rows."""
    found = Utterance.objects.filter(dialogue__corpus=corpus).order_by()
    columns = found.values_list("pk", Length("text"), Coalesce(F("end_ms") - F("start_ms"), -1))
    table = np.array([row for part in raw_rows(columns, CHUNK) for row in part], dtype=np.int64).reshape(-1, 3)
    table = table[np.argsort(table[:, 0])]
    own = table[np.searchsorted(table[:, 0], arrays.utterance[rows])] if len(rows) else table[:0]
    return own[:, 1], np.where(own[:, 2] > 0, own[:, 2] / 1000, np.nan)
