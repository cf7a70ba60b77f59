"""Manual decisions of a manager: qualify a person, or allow another test."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from annotator.domain.calibration.qualification import calibration_of, open_parts
from annotator.models import Assignment, Attempt, Qualification
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Purpose, Rater


@transaction.atomic
def qualify(*, rater: Rater, by: User, now: datetime) -> Qualification:
    """Qualify a person for main work, regardless of training and test.

    Args:
        rater: a member's.
        by: the manager.
        now: the moment.
    """
    decided = {"qualified_at": now, "let_through_by": by}
    return Qualification.objects.update_or_create(rater=rater, defaults=decided)[0]


@transaction.atomic
def qualify_workers(*, corpus: Corpus, by: User, now: datetime) -> int:
    """Qualify all annotators with a finished main dialogue; return their number."""
    finished = Assignment.objects.filter(purpose=Purpose.MAIN, state=Assignment.State.DONE, rater__corpus=corpus)
    workers = Rater.objects.filter(pk__in=finished.values("rater"), kind=Rater.Kind.MEMBER)
    waiting = list(workers.exclude(qualification__qualified_at__isnull=False))
    for rater in waiting:
        qualify(rater=rater, by=by, now=now)
    return len(waiting)


@transaction.atomic
def allow_retake(*, rater: Rater) -> Qualification:
    """Require a person to pass a new test set before more main work; earlier attempts stay on record.

    Raises:
        Refused: `calibration.no_test_left`, they have taken every test set.
    """
    attempts = Attempt.objects.filter(rater=rater)
    calibration = calibration_of(rater.corpus)
    if calibration and calibration.has_test and not open_parts(rater, list(attempts)):
        raise Refused("calibration.no_test_left")
    last = attempts.aggregate(last=Max("number"))["last"] or 0
    renewed = {"qualified_at": None, "let_through_by": None, "forgiven": last}
    return Qualification.objects.update_or_create(rater=rater, defaults=renewed)[0]
