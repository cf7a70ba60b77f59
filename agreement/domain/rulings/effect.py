"""The effect of a ruling: agreement on the utterances that it may affect, before and after."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from agreement.domain.report_figures import question_figures
from agreement.judgements.reader import JudgementReader
from agreement.judgements.selection import countable
from agreement.judgements.tables import table
from agreement.judgements.translator import Keys
from agreement.judgements.variables import variable
from agreement.models import Ruling
from agreement.statistics.answers.dialogues import Ints, dialogues_of
from annotator.models import Slot
from common.database.snapshot import snapshot
from corpus.models import Annotation, CodebookVersion, Purpose, Rater, Revision


@dataclass(frozen=True, slots=True)
class Effect:
    """Agreement on the utterances of a ruling, by the same annotators at both times.

    Attributes:
        utterances, dialogues: answered again by two annotators at least.
        annotations: compared ones, of each time.
        questions: per question of the codebook: `slug`; `before` and `after`, figures as
            `report_figures.question_figures`; `changed` and `compared`, annotations with another answer than before,
            and all with an answer at both times.
    """

    utterances: int
    dialogues: int
    annotations: int
    questions: list[dict[str, Any]]


def effect_of(ruling: Ruling) -> Effect | None:
    """Return the effect of a ruling; None before its answers were asked again.

    Before: the answers that were handed in first. After: those of dialogues of the second round that are handed in.
    Only annotations that exist at both times are compared, and only utterances with two of them, so that the figures
    differ by the ruling and by nothing else that is known. What people learn between the two times is part of it.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    codebook = ruling.corpus.codebook
    if ruling.batch_id is None or codebook is None:
        return None
    with snapshot():
        handed_in = Slot.objects.filter(
            batch=ruling.batch_id,
            state=Slot.State.DONE,
            rater=OuterRef("rater"),
            dialogue=OuterRef("utterance__dialogue"),
        )
        again = Annotation.objects.filter(
            Exists(handed_in), purpose=Purpose.RELABEL, utterance__in=ruling.utterances.values("utterance")
        )
        since = Revision.objects.filter(
            annotation=OuterRef("pk"), cause=Revision.Cause.ASKED, created_at__gt=ruling.asked_at
        )
        after = again.filter(~Exists(since), answers__isnull=False)
        raters = list(Rater.objects.filter(pk__in=again.values("rater")))
        reader = JudgementReader(codebook=codebook, raters=raters)
        first = countable(raters).filter(utterance__in=again.values("utterance"))
        earlier, later = _Answers.read(reader, first), _Answers.read(reader, after)
        later = later.joined(_asked_since(reader, again.filter(Exists(since)), ruling, codebook))
    return _compared(codebook, reader, earlier, later)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Annotations as codes: `utterance`, `dialogue`, `rater` (N,), `first` and `present` codes (N, W)."""

    utterance: Keys
    dialogue: Keys
    rater: Keys
    first: Any
    present: Any

    @classmethod
    def read(cls, reader: JudgementReader, annotations: QuerySet[Annotation]) -> _Answers:
        chunks = list(reader.chunks(annotations))
        none, empty = np.empty(0, dtype=np.int64), np.empty((0, reader.layout.width), dtype=np.int16)
        return cls(
            utterance=np.concatenate([none, *(each.utterance for each in chunks)]),
            dialogue=np.concatenate([none, *(each.dialogue for each in chunks)]),
            rater=np.concatenate([none, *(each.rater for each in chunks)]).astype(np.int64),
            first=np.concatenate([empty, *(each.first_codes for each in chunks)]),
            present=np.concatenate([empty, *(each.codes for each in chunks)]),
        )

    def joined(self, other: _Answers) -> _Answers:
        """Return both together."""
        return _Answers(
            *(np.concatenate([getattr(self, each.name), getattr(other, each.name)]) for each in fields(self))
        )

    def keys(self, raters: int) -> Keys:
        """Return (N,) one number for utterance and rater together."""
        return self.utterance * raters + self.rater


def _asked_since(
    reader: JudgementReader, annotations: QuerySet[Annotation], ruling: Ruling, codebook: CodebookVersion
) -> _Answers:
    """Return the answers that annotations had when a later ruling asked for them once more.

    Those of another codebook version than the present one are left out.
    """
    places = {slug: place for place, slug in enumerate(reader.raters)}
    causes = Revision.objects.filter(annotation__in=annotations, created_at__gt=ruling.asked_at)
    last: dict[int, Revision] = {}
    ended: set[int] = set()
    for revision in causes.select_related("annotation__rater", "annotation__utterance").order_by(
        "annotation", "number"
    ):
        if revision.cause == Revision.Cause.ASKED:
            ended.add(revision.annotation_id)
        elif revision.annotation_id not in ended:
            last[revision.annotation_id] = revision
    rows = [each for each in last.values() if each.answers is not None and each.codebook_id == codebook.pk]
    codes = np.array(
        [codebook.layout().cells(codebook.layout().encode(each.answers or {})) for each in rows], dtype=np.int16
    ).reshape(len(rows), reader.layout.width)
    return _Answers(
        utterance=np.array([each.annotation.utterance_id for each in rows], dtype=np.int64),
        dialogue=np.array([each.annotation.utterance.dialogue_id for each in rows], dtype=np.int64),
        rater=np.array([places[each.annotation.rater.slug] for each in rows], dtype=np.int64),
        first=codes,
        present=codes,
    )


def _compared(codebook: CodebookVersion, reader: JudgementReader, earlier: _Answers, later: _Answers) -> Effect:
    width = max(len(reader.raters), 1)
    _, one, other = np.intersect1d(earlier.keys(width), later.keys(width), return_indices=True)
    times = np.unique(later.utterance[other], return_counts=True)
    pair = np.isin(later.utterance[other], times[0][times[1] > 1])
    one, other = one[pair], other[pair]
    utterances, first_row, unit = np.unique(later.utterance[other], return_index=True, return_inverse=True)
    dialogue: Ints = later.dialogue[other][first_row]
    rater, shape = later.rater[other], (len(utterances), len(reader.raters))
    before, after = earlier.first[one], later.present[other]
    questions = []
    for question, column in zip(codebook.rules().questions, reader.layout.columns, strict=True):
        cells = slice(column.start, column.start + column.width)
        figures = [
            question_figures(
                table(variable(question), column, codes, unit=unit, rater=rater, shape=shape),
                dialogues_of(dialogue, len(utterances)),
                tuple(reader.raters),
            )
            for codes in (before, after)
        ]
        both = (before[:, column.start] >= 0) & (after[:, column.start] >= 0)
        changed = both & (before[:, cells] != after[:, cells]).any(axis=1)
        questions.append(
            {
                "slug": question.slug,
                "before": figures[0],
                "after": figures[1],
                "changed": int(changed.sum()),
                "compared": int(both.sum()),
            }
        )
    return Effect(len(utterances), len(np.unique(dialogue)), len(one), questions)
