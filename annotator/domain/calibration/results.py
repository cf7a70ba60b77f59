"""Results of people in training, test and gold, for the manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotator.domain.calibration.gold_judging import waiting
from annotator.domain.calibration.qualification import QualificationStatus
from annotator.domain.calibration.qualification_statuses import statuses_of
from annotator.models import AnswerSet, Assignment, CalibrationDialogue, Qualification, Result, ResultItem
from annotator.rules.scoring import Score, by_question
from corpus.models import Corpus, Dialogue, Purpose, Rater

MOST_POINTS = 10


@dataclass(frozen=True, slots=True)
class Person:
    """Status and results of one annotator.

    Attributes:
        let_through: whether a manager qualified them without a test.
        gold: score over all gold dialogues.
        trend: score of each section of gold dialogues, oldest first.
        waiting: number of finished gold dialogues that have not been scored.
    """

    rater: Rater
    status: QualificationStatus
    let_through: bool
    gold: Score
    trend: tuple[Score, ...]
    waiting: int


def people(*, corpus: Corpus) -> list[Person]:
    """Return the active annotators of a corpus, by name in exports."""
    raters = list(
        Rater.objects.filter(corpus=corpus, membership__is_active=True, membership__is_annotator=True)
        .select_related("membership__user")
        .order_by("pk")
    )
    stand = statuses_of(corpus=corpus, raters=raters)
    through = set(
        Qualification.objects.filter(rater__in=raters, let_through_by__isnull=False).values_list("rater", flat=True)
    )
    gold: dict[int, list[Score]] = {}
    results = Result.objects.filter(rater__in=raters, purpose=Purpose.GOLD).order_by("created_at", "pk")
    for rater, right, judged in results.values_list("rater", "right", "judged"):
        gold.setdefault(rater, []).append(Score(right, judged))
    unscored = dict(waiting(corpus=corpus).order_by().values_list("rater").annotate(Count("pk")))
    return [
        Person(
            rater=rater,
            status=stand[rater.pk],
            let_through=rater.pk in through,
            gold=sum(gold.get(rater.pk, []), Score()),
            trend=trend(gold.get(rater.pk, [])),
            waiting=unscored.get(rater.pk, 0),
        )
        for rater in raters
    ]


def trend(scores: Sequence[Score]) -> tuple[Score, ...]:
    """Return the scores of at most `MOST_POINTS` sections of equal length, in order."""
    size = -(-len(scores) // MOST_POINTS) or 1
    return tuple(sum(scores[start : start + size], Score()) for start in range(0, len(scores), size))


def questions_of(*, rater: Rater, purpose: str) -> dict[str, Score]:
    """Return a person's score by question."""
    items = ResultItem.objects.filter(result__rater=rater, result__purpose=purpose)
    return by_question(items.values_list("verdicts", flat=True))


def judged_items(*, rater: Rater) -> QuerySet[ResultItem]:
    """Return the scored items of a person, newest first, with their utterances."""
    return (
        ResultItem.objects.filter(result__rater=rater)
        .select_related("result", "answer_set__utterance__dialogue", "answer_set__codebook")
        .order_by("-result__created_at", "answer_set__utterance__order")
    )


def wrong(item: ResultItem) -> list[tuple[str, Any, list[Any]]]:
    """Return question, given and acceptable answers of the questions answered wrong."""
    acceptable = item.answer_set.acceptable
    return [
        (slug, item.answers.get(slug), acceptable.get(slug, [])) for slug, right in item.verdicts.items() if not right
    ]


def used_dialogues(*, corpus: Corpus) -> QuerySet[CalibrationDialogue]:
    """Return the dialogues in use, with `had`: the number of people who have had it."""
    had = Q(dialogue__assignments__purpose__in=CalibrationDialogue.USES)
    return (
        CalibrationDialogue.objects.filter(dialogue__corpus=corpus)
        .select_related("dialogue")
        .annotate(had=Count("dialogue__assignments", filter=had))
        .order_by("-use", "part", "dialogue__order")
    )


def candidates(*, corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the ready dialogues without a use, those `judged` by most people first.

    `has_answers`: whether they already have accepted answers.
    """
    done = Q(assignments__purpose=Purpose.MAIN, assignments__state=Assignment.State.DONE)
    return (
        Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY, calibration__isnull=True)
        .annotate(
            judged=Count("assignments", filter=done),
            has_answers=Exists(AnswerSet.objects.filter(utterance__dialogue=OuterRef("pk"))),
        )
        .order_by("-judged", "order")
    )
