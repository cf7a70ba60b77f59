"""Scores of label errors: bringing suspected labels into the queue among as many controls, and what came of them.

The queue gets no prediction, only places. A suspected label and its control have the same score, so the beginning of
the order `score` holds as many of one as of the other, and adjudicators cannot tell them apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from agreement.domain.adjudication.queue.draws import uniform
from agreement.domain.adjudication.queue.requests import request_whole_queue
from agreement.models import AcceptedConsensus, AdjudicationSettings, Decision, DecisionRevision, LabelScore, Outcome
from agreement.statistics.intervals.proportions import Proportion, Stratum, stratified
from common.errors import Refused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus, Utterance

ANY = ""  # any question
AT_ONCE = 500
LONGEST_SOURCE = 60


@dataclass(frozen=True, slots=True)
class JudgedLabel:
    """A label of the training split that a model judged.

    Attributes:
        dialogue, utterance: their codes.
        question: slug.
        label: the label.
        score: from 0 to 1; the higher, the more likely wrong.
        suspected: whether the model contradicts it.
        ambiguous: whether its votes are split; it is neither suspected nor a control.
    """

    dialogue: str
    utterance: str
    question: str
    label: Any
    score: float
    suspected: bool
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class ImportedScores:
    """The numbers of labels that an import brought into the queue.

    Attributes:
        suspected: number of labels.
        controls: as many.
        left_out: suspected labels whose utterance is decided or accepted already, or gone.
        without_control: suspected labels for which no label of the same question was left to be a control.
        beyond: suspected labels beyond the requested number.
    """

    suspected: int
    controls: int
    left_out: int
    without_control: int
    beyond: int


@dataclass(frozen=True, slots=True)
class CorrectionRates:
    """The rates at which adjudicators changed suspected labels, and labels drawn at random.

    Attributes:
        suspected: slug of a question, or `ANY` for all of them, -> share of the decided labels that were changed.
        controls: the same of the controls.
        waiting: number of labels of both kinds that nobody has decided yet.
        undecided: number of labels of utterances that cannot be decided or need discussion.
    """

    suspected: dict[str, Proportion]
    controls: dict[str, Proportion]
    waiting: int
    undecided: int


@transaction.atomic
def import_scores(
    *, corpus: Corpus, source: str, labels: Sequence[JudgedLabel], most: int | None = None
) -> ImportedScores:
    """Bring suspected labels into the queue, each with a control: a label of the same question drawn at random.

    Scores of an earlier import from the same source are replaced, except those of utterances that were decided since:
    they remain for the correction rates.

    Args:
        corpus: the corpus.
        source: name of whatever computed the scores.
        labels: of the training split; the caller has checked that.
        most: number of suspected labels to bring in, those with the highest scores; default: all.

    Raises:
        Refused: `corpus.archived`; `agreement.no_codebook`; `scores.unknown_question`, a label belongs to no question
            of the codebook in use; `scores.bad_score`, a score is not from 0 to 1.
    """
    require_writable(corpus)
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    slugs = {question.slug for question in corpus.codebook.rules().questions}
    for label in labels:
        if label.question not in slugs:
            raise Refused("scores.unknown_question", question=label.question, known=", ".join(sorted(slugs)))
        if not 0 <= label.score <= 1:  # NaN as well
            raise Refused("scores.bad_score", utterance=label.utterance, score=label.score)
    settings, _ = AdjudicationSettings.objects.get_or_create(corpus=corpus)
    _scores(corpus).filter(~Exists(_decision()), source=source[:LONGEST_SOURCE]).delete()
    taken = set(_scores(corpus).filter(source=source[:LONGEST_SOURCE]).values_list("utterance", "question"))
    places = _open_utterances(corpus)
    suspected = [each for each in labels if each.suspected and not each.ambiguous]
    suspected.sort(key=lambda each: (-each.score, each.dialogue, each.utterance, each.question))
    found = [
        (place, each)
        for each in suspected
        if (place := places.get((each.dialogue, each.utterance))) and (place[0], each.question) not in taken
    ]
    chosen = found if most is None else found[:most]
    pool = _pool(settings, source, labels, places, besides={place[0] for place, _ in found} | {key for key, _ in taken})
    rows: list[LabelScore] = []
    missing = 0
    for place, label in chosen:
        if not pool[label.question]:
            missing += 1
            continue
        control, drawn = pool[label.question].pop()
        rows += [
            LabelScore(
                utterance_id=key,
                question=label.question,
                source=source[:LONGEST_SOURCE],
                score=label.score,
                label=each.label,
                is_control=is_control,
            )
            for key, each, is_control in ((place[0], label, False), (control, drawn, True))
        ]
    LabelScore.objects.bulk_create(rows, batch_size=AT_ONCE)
    request_whole_queue(corpus=corpus)
    return ImportedScores(
        suspected=len(chosen) - missing,
        controls=len(chosen) - missing,
        left_out=len(suspected) - len(found),
        without_control=missing,
        beyond=len(found) - len(chosen),
    )


def correction_rates(*, corpus: Corpus) -> CorrectionRates | None:
    """Return how often decisions changed suspected labels and controls; None if no scores were imported.

    Decisions on utterances that the adjudicator had chosen do not count, nor do those made before the import. The
    answers are in view for both kinds alike, except in blind cases.
    """
    scores = _scores(corpus).filter(label__isnull=False)
    rows = list(
        scores.values_list(
            "utterance", "utterance__dialogue", "question", "label", "is_control", "created_at"
        ).order_by("pk")
    )
    if not rows:
        return None
    revisions = DecisionRevision.objects.filter(
        decision__utterance__in=scores.values("utterance"), number=F("decision__number"), chosen=False, second=False
    )
    decided = {
        utterance: (outcome, answers or {}, at)
        for utterance, outcome, answers, at in revisions.values_list(
            "decision__utterance", "outcome", "answers", "created_at"
        )
    }
    found: dict[tuple[bool, str], list[tuple[bool, int]]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    for utterance, dialogue, question, label, is_control, imported_at in rows:
        outcome, answers, at = decided.get(utterance, (Outcome.NONE, {}, imported_at))
        if outcome == Outcome.NONE or at < imported_at:
            numbers["waiting"] += 1
        elif outcome != Outcome.PROFILE:
            numbers["undecided"] += 1
        else:
            changed = _comparable(answers.get(question)) != _comparable(label)
            for slug in (ANY, question):
                found[is_control, slug].append((changed, dialogue))
    slugs = [ANY, *sorted({row[2] for row in rows})]
    suspected, controls = (
        {slug: _proportion(found[is_control, slug]) for slug in slugs} for is_control in (False, True)
    )
    return CorrectionRates(suspected, controls, numbers["waiting"], numbers["undecided"])


def _scores(corpus: Corpus) -> QuerySet[LabelScore]:
    return LabelScore.objects.filter(utterance__dialogue__corpus=corpus)


def _decision() -> QuerySet[Decision]:
    return Decision.objects.filter(utterance=OuterRef("utterance")).exclude(outcome=Outcome.NONE)


def _open_utterances(corpus: Corpus) -> dict[tuple[str, str], tuple[int, UUID]]:
    """Return (code of the dialogue, code) -> key and public id of the utterances neither decided nor accepted."""
    own = Utterance.objects.filter(dialogue__corpus=corpus)
    decided = Decision.objects.filter(utterance=OuterRef("pk")).exclude(outcome=Outcome.NONE)
    accepted = AcceptedConsensus.objects.filter(utterance=OuterRef("pk"), ended_at__isnull=True)
    rows = own.filter(~Exists(decided), ~Exists(accepted)).values_list("dialogue__code", "code", "pk", "public_id")
    return {(dialogue, code): (key, public_id) for dialogue, code, key, public_id in rows.iterator()}


def _pool(
    settings: AdjudicationSettings,
    source: str,
    labels: Iterable[JudgedLabel],
    places: Mapping[tuple[str, str], tuple[int, UUID]],
    *,
    besides: set[int],
) -> dict[str, list[tuple[int, JudgedLabel]]]:
    """Return question -> the labels that can be controls, in a random order that follows from the secret seed."""
    pool: dict[str, list[tuple[float, int, JudgedLabel]]] = defaultdict(list)
    for each in labels:
        place = places.get((each.dialogue, each.utterance))
        if place and not (each.suspected or each.ambiguous or place[0] in besides):
            drawn = uniform(settings, place[1], f"control {source} {each.question}")
            pool[each.question].append((drawn, place[0], each))
    shuffled = {slug: sorted(own, key=lambda one: one[:2]) for slug, own in pool.items()}
    return defaultdict(list, {slug: [(key, each) for _, key, each in own] for slug, own in shuffled.items()})


def _comparable(label: Any) -> Any:
    return sorted(label) if isinstance(label, list) else label


def _proportion(cases: Sequence[tuple[bool, int]]) -> Proportion:
    changed, dialogues = ([case[part] for case in cases] for part in (0, 1))
    return stratified([Stratum(np.array(changed, np.int64), np.array(dialogues, np.int64), len(cases))])
