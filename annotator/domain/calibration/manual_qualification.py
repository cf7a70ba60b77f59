"""A manager's word on who may work: let somebody through, or let them try again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from annotator.domain.calibration.qualification import calibration_of, open_parts
from annotator.models import Assignment, Attempt, Qualification
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Purpose, Rater


@transaction.atomic
def let_through(*, rater: Rater, by: User, now: datetime) -> Qualification:
    """Open the main work to a person without, or in spite of, training and test.

    Args:
        rater: a member's.
        by: the manager.
        now: the moment.
    """
    decided = {"qualified_at": now, "let_through_by": by}
    return Qualification.objects.update_or_create(rater=rater, defaults=decided)[0]


@transaction.atomic
def let_workers_through(*, corpus: Corpus, by: User, now: datetime) -> int:
    """Open the main work to everybody who has handed in a dialogue of it before; return how many that were."""
    finished = Assignment.objects.filter(purpose=Purpose.MAIN, state=Assignment.State.DONE, rater__corpus=corpus)
    workers = Rater.objects.filter(pk__in=finished.values("rater"), kind=Rater.Kind.MEMBER)
    waiting = list(workers.exclude(qualification__qualified_at__isnull=False))
    for rater in waiting:
        let_through(rater=rater, by=by, now=now)
    return len(waiting)


@transaction.atomic
def try_again(*, rater: Rater) -> Qualification:
    """Close the main work to a person until they pass a test set that is new to them; earlier attempts stay on record.

    Raises:
        Refused: `calibration.no_test_left`, they know every test set.
    """
    attempts = Attempt.objects.filter(rater=rater)
    calibration = calibration_of(rater.corpus)
    if calibration and calibration.has_test and not open_parts(rater, list(attempts)):
        raise Refused("calibration.no_test_left")
    last = attempts.aggregate(last=Max("number"))["last"] or 0
    renewed = {"qualified_at": None, "let_through_by": None, "forgiven": last}
    return Qualification.objects.update_or_create(rater=rater, defaults=renewed)[0]
