"""Scores of finished training and test dialogues at once, of gold ones by a job; feedback after commits in training."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery, Sum

from annotator.domain.calibration.answer_sets import newest
from annotator.models import AnswerSet, Assignment, Attempt, CalibrationDialogue, Qualification, Result, ResultItem
from annotator.rules.scoring import Score, score, verdicts
from common.errors import Refused
from corpus.domain.annotations.carried_answers import carried, path
from corpus.models import Annotation, Purpose, Rater, Revision, Utterance
from corpus.rules.moves import Moved

NOTHING = Moved({}, ())
JUDGED_AT_ONCE = (Purpose.TRAINING, Purpose.TEST)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Acceptable answers to an utterance, and whether each answer of a person is among them."""

    answers: AnswerSet | None
    verdicts: dict[str, bool]


def judge(*, assignment: Assignment, now: datetime) -> Result | None:
    """Score a training or test dialogue when it is finished for the first time; ignore other dialogues.

    In training the first answers to each utterance count, since later ones were given with feedback. With the last
    dialogue of a test set the attempt ends. Gold is ignored as main work is, so that its end takes as long.
    """
    if assignment.purpose not in JUDGED_AT_ONCE or Result.objects.filter(assignment=assignment).exists():
        return None
    result = record_result(assignment=assignment, now=now)
    if assignment.purpose == Purpose.TEST:
        _end_of_test(assignment, now)
    return result


def record_result(*, assignment: Assignment, now: datetime) -> Result:
    """Score the answers of a finished calibration dialogue that has no result yet.

    Args:
        assignment: a finished one.
        now: time of the result.
    """
    rules, answers = assignment.codebook.rules(), _answers(assignment)
    sets = newest(Utterance.objects.filter(dialogue=assignment.dialogue_id))
    given = {pk: answers.get(pk, NOTHING) for pk in sets}
    judged = {pk: verdicts(rules, _scored(each, given[pk]), given[pk].answers) for pk, each in sets.items()}
    total = score(judged.values())
    result = Result.objects.create(
        assignment=assignment,
        rater=assignment.rater,
        purpose=assignment.purpose,
        right=total.right,
        judged=total.judged,
        created_at=now,
    )
    ResultItem.objects.bulk_create(
        ResultItem(result=result, answer_set=each, answers=given[pk].answers, verdicts=judged[pk])
        for pk, each in sorted(sets.items())
    )
    return result


def close_attempt(*, rater: Rater, part: int, pass_percent: int, now: datetime) -> Attempt:
    """End a test attempt with the finished dialogues of its set, and qualify the person if they reach the pass mark."""
    sums = Result.objects.filter(rater=rater, purpose=Purpose.TEST, assignment__dialogue__calibration__part=part)
    total = Score(**sums.aggregate(right=Sum("right", default=0), judged=Sum("judged", default=0)))
    last = Attempt.objects.filter(rater=rater).aggregate(last=Max("number"))["last"] or 0
    attempt = Attempt.objects.create(
        rater=rater,
        number=last + 1,
        part=part,
        right=total.right,
        judged=total.judged,
        pass_percent=pass_percent,
        passed=total.reaches(pass_percent),
        ended_at=now,
    )
    if attempt.passed:
        Qualification.objects.update_or_create(rater=rater, defaults={"qualified_at": now, "let_through_by": None})
    return attempt


def lesson(*, assignment: Assignment, utterance: Utterance) -> Lesson:
    """Return the acceptable answers to an utterance of a training dialogue, once the person has committed their own.

    Raises:
        Refused: `annotator.no_lesson`, not a training dialogue; `annotator.not_committed`.
    """
    if assignment.purpose != Purpose.TRAINING or utterance.dialogue_id != assignment.dialogue_id:
        raise Refused("annotator.no_lesson")
    own = Annotation.objects.filter(rater=assignment.rater, utterance=utterance, purpose=Purpose.TRAINING).first()
    if own is None:
        raise Refused("annotator.not_committed")
    answers = newest(Utterance.objects.filter(pk=utterance.pk)).get(utterance.pk)
    if answers is None:
        return Lesson(None, {})
    return Lesson(answers, verdicts(assignment.codebook.rules(), answers.acceptable, own.answers or {}))


def _scored(answer_set: AnswerSet, given: Moved) -> dict[str, Any]:
    """Return the acceptable answers without the questions that a move of answers left open: nobody was asked them."""
    return {slug: values for slug, values in answer_set.acceptable.items() if slug not in given.open}


def _answers(assignment: Assignment) -> dict[int, Moved]:
    """Return the answers that count, by utterance, under the codebook version of the assignment."""
    of_dialogue = {"rater": assignment.rater, "utterance__dialogue": assignment.dialogue_id}
    own = Annotation.objects.filter(**of_dialogue, purpose=assignment.purpose)
    if assignment.purpose == Purpose.TRAINING:
        revisions = Revision.objects.filter(annotation__in=own, number=1)
    elif assignment.purpose == Purpose.GOLD:  # judged later: the answers at the end count, whatever came after it
        in_time = Revision.objects.filter(annotation=OuterRef("annotation"), created_at__lte=assignment.ended_at)
        newest_number = in_time.order_by("-number").values("number")[:1]
        revisions = Revision.objects.filter(annotation__in=own, number=Subquery(newest_number))
    else:
        return {pk: Moved(answers or {}, ()) for pk, answers in own.values_list("utterance", "answers")}
    found = {}
    for pk, answers, codebook in revisions.values_list("annotation__utterance", "answers", "codebook"):
        own_version = assignment.codebook_id
        corpus = assignment.rater.corpus_id
        steps = [] if codebook == own_version else path(corpus=corpus, source=codebook, target=own_version)
        found[pk] = carried(answers or {}, steps)
    return found


def _end_of_test(assignment: Assignment, now: datetime) -> None:
    """End the attempt if no dialogue of its test set is left for this person."""
    used = CalibrationDialogue.objects.filter(dialogue=assignment.dialogue_id).first()
    calibration = getattr(assignment.rater.corpus, "calibration", None)
    if used is None or calibration is None:
        return
    rater = assignment.rater
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)  # as in a claim, so that the attempt ends once
    new = CalibrationDialogue.objects.filter(
        dialogue__corpus=rater.corpus_id, dialogue__state="ready", use=Purpose.TEST, part=used.part
    ).exclude(dialogue__assignments__rater=rater)
    open_ = Assignment.objects.filter(
        rater=rater,
        purpose=Purpose.TEST,
        state=Assignment.State.OPEN,
        dialogue__calibration__part=used.part,
        dialogue__state="ready",
    ).exclude(pk=assignment.pk)
    ended = Attempt.objects.filter(rater=rater, part=used.part)
    if not (new.exists() or open_.exists() or ended.exists()):
        close_attempt(rater=rater, part=used.part, pass_percent=calibration.pass_percent, now=now)
