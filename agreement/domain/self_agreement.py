"""Self-agreement: the answers of a retest against the same annotator's earlier answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from agreement.domain.report_figures import question_figures
from agreement.judgements.comparability import Codes
from agreement.judgements.reader import JudgementReader
from agreement.judgements.selection import countable
from agreement.judgements.tables import table
from agreement.judgements.translator import Keys
from agreement.judgements.variables import variable
from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.answers.profiles import MISSING
from annotator.models import Assignment
from common.database.snapshot import snapshot
from corpus.models import Annotation, CodebookVersion, Corpus, Purpose, Rater


@dataclass(frozen=True, slots=True)
class SelfAgreement:
    """The self-agreement of one annotator.

    Attributes:
        rater: the annotator.
        dialogues, utterances: judged and handed in both times.
        figures: per question of the codebook, in its order, as `figures.question_figures`; the two judgements are its
            raters `earlier` and `later`.
    """

    rater: Rater
    dialogues: int
    utterances: int
    figures: list[dict[str, Any]]


def self_agreement(*, corpus: Corpus) -> list[SelfAgreement]:
    """Return the self-agreement of all annotators with a submitted retest, by slug.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    if corpus.codebook is None:
        return []
    with snapshot():
        retested = Assignment.objects.filter(rater=OuterRef("pk"), purpose=Purpose.RETEST, state=Assignment.State.DONE)
        raters = (
            Rater.objects.filter(Exists(retested), corpus=corpus).select_related("membership__user").order_by("slug")
        )
        results = [_of_rater(rater, corpus.codebook) for rater in raters]
    return [each for each in results if each.utterances]


def _of_rater(rater: Rater, codebook: CodebookVersion) -> SelfAgreement:
    handed_in = Assignment.objects.filter(rater=rater, purpose=Purpose.RETEST, state=Assignment.State.DONE)
    retest = Annotation.objects.filter(
        rater=rater,
        purpose=Purpose.RETEST,
        answers__isnull=False,
        utterance__dialogue__in=handed_in.values("dialogue"),
    )
    reader = JudgementReader(codebook=codebook, raters=[rater])
    repeated = retest.values("utterance")
    before, dialogue, earlier = _read(reader, countable([rater]).filter(utterance__in=repeated))
    after, _, later = _read(reader, retest)
    shared, first, second = np.intersect1d(before, after, return_indices=True)
    codes = np.stack([earlier[first], later[second]], axis=1).reshape(2 * len(shared), reader.layout.width)
    unit, judgement = np.repeat(np.arange(len(shared)), 2), np.tile([0, 1], len(shared))
    columns = zip(codebook.rules().questions, reader.layout.columns, strict=True)
    tables = [
        table(variable(question), column, codes, unit=unit, rater=judgement, shape=(len(shared), 2))
        for question, column in columns
    ]
    dialogues = dialogues_of(dialogue[first], len(shared))
    figures = [
        question_figures(each, dialogues, ("earlier", "later"))
        for each in tables
        if (each.codes != MISSING).any() or each.gaps["incomparable"]
    ]
    return SelfAgreement(rater, len(np.unique(dialogue[first])), len(shared), figures)


def _read(reader: JudgementReader, annotations: QuerySet[Annotation]) -> tuple[Keys, Keys, Codes]:
    """Return the utterances (N,), their dialogues (N,) and the first codes (N, W) of one rater's annotations."""
    chunks = list(reader.chunks(annotations))
    return (
        np.concatenate([np.empty(0, dtype=np.int64), *(chunk.utterance for chunk in chunks)]),
        np.concatenate([np.empty(0, dtype=np.int64), *(chunk.dialogue for chunk in chunks)]),
        np.concatenate([np.empty((0, reader.layout.width), dtype=np.int16), *(chunk.first_codes for chunk in chunks)]),
    )
