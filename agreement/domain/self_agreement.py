"""How far annotators agree with themselves: a retest's labels against their own earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef

from agreement.domain.figures import question_figures
from agreement.judgements.selection import TableBuilder, countable
from agreement.judgements.variables import comparable, variable
from annotator.models import Assignment
from common.database.snapshot import snapshot
from corpus.models import Annotation, CodebookVersion, Corpus, Purpose, Rater


@dataclass(frozen=True, slots=True)
class Self:
    """One annotator against themselves.

    Attributes:
        rater: who.
        dialogues, utterances: judged twice and handed in both times.
        figures: per question of the codebook, in its order, as `figures.question_figures`; the two judgements are its
            raters `earlier` and `later`.
    """

    rater: Rater
    dialogues: int
    utterances: int
    figures: list[dict[str, Any]]


def self_agreement(*, corpus: Corpus) -> list[Self]:
    """Return everybody who has handed in a retest, by slug; nobody's labels meet another person's here."""
    if corpus.codebook is None:
        return []
    with snapshot():
        retested = Assignment.objects.filter(rater=OuterRef("pk"), purpose=Purpose.RETEST, state=Assignment.State.DONE)
        people = (
            Rater.objects.filter(Exists(retested), corpus=corpus).select_related("membership__user").order_by("slug")
        )
        found = [_of(rater, corpus.codebook) for rater in people]
    return [each for each in found if each.utterances]


def _of(rater: Rater, codebook: CodebookVersion) -> Self:
    rules = codebook.rules()
    alike = {
        each.pk: comparable(rules, each.rules()) for each in CodebookVersion.objects.filter(corpus=rater.corpus_id)
    }
    builders = [TableBuilder(variable(asked)) for asked in rules.questions]
    handed_in = Assignment.objects.filter(rater=rater, purpose=Purpose.RETEST, state=Assignment.State.DONE)
    later = Annotation.objects.filter(
        rater=rater,
        purpose=Purpose.RETEST,
        answers__isnull=False,
        utterance__dialogue__in=handed_in.values("dialogue"),
    ).values_list("utterance", "utterance__dialogue", "codebook", "answers")
    again = {utterance: (dialogue, version, answers) for utterance, dialogue, version, answers in later}
    dialogue: list[int] = []
    before = countable([rater]).filter(utterance__in=list(again)).order_by("utterance")
    for utterance, version, answers in before.values_list("utterance", "codebook", "answers"):
        unit = len(dialogue)
        dialogue.append(again[utterance][0])
        for column, (which, given) in enumerate(((version, answers), again[utterance][1:])):
            for builder in builders:
                slug = builder.question.slug
                builder.add(unit, column, (given or {}).get(slug), known=slug in alike[which])
    where = np.array(dialogue, dtype=np.int64)
    figures = [
        question_figures(builder.table(len(dialogue), [0, 1]), where, ("earlier", "later"))
        for builder in builders
        if dialogue and builder.cells
    ]
    return Self(rater, len(set(dialogue)), len(dialogue), figures)
