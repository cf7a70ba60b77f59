"""Judging of finished gold dialogues by a job, so that the end of a gold dialogue looks like that of any other.

Nothing is queued when a dialogue is finished: a finished gold dialogue without a result waits. The sweep finds it and
queues the job of its corpus. If no worker runs, the dialogues wait, and the manager's page shows how many.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from annotator.domain.calibration.judging import record_result
from annotator.models import Assignment
from common.jobs.queue import JobRun, Superseded
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Purpose

KIND = "annotator.judging"
log = logging.getLogger(__name__)

# A job that started right after the end would take the processor from the next request of the same person.
DELAY = timedelta(minutes=1)


def waiting(*, corpus: Corpus | None = None, before: datetime | None = None) -> QuerySet[Assignment]:
    """Return the finished gold dialogues that have not been judged.

    Args:
        corpus: only of this corpus.
        before: only those finished before this time.
    """
    unjudged = Assignment.objects.filter(purpose=Purpose.GOLD, state=Assignment.State.DONE, result__isnull=True)
    if corpus is not None:
        unjudged = unjudged.filter(rater__corpus=corpus)
    return unjudged if before is None else unjudged.filter(ended_at__lt=before)


def corpora_with_gold_to_judge(*, now: datetime) -> list[Corpus]:
    """Return the writable corpora in which gold dialogues were finished at least `DELAY` ago and have no result."""
    return list(writable_corpora().filter(pk__in=waiting(before=now - DELAY).values("rater__corpus")))


def judge_gold(*, run: JobRun, corpus: Corpus) -> dict[str, Any]:
    """Judge the waiting gold dialogues of a corpus, each in a transaction of its own.

    The answers at the end of a dialogue count. One that was reopened in the meantime waits until it is finished again.
    One that cannot be judged does not keep the others waiting, and the job fails in the end.

    Args:
        run: the attempt.
        corpus: the corpus.

    Returns:
        `dialogues`, the number of judged ones.

    Raises:
        Superseded: the job went to another attempt.
    """
    found = list(waiting(corpus=corpus).order_by("ended_at", "pk").values_list("pk", flat=True))
    judged, failures = 0, list[Exception]()
    for done, pk in enumerate(found):
        run.progress(done, len(found), "annotator.judging")
        try:
            with run.finishing():
                judged += _judge_one(pk)
        except Superseded:
            raise
        except Exception as failure:
            log.exception("gold assignment %d cannot be judged", pk)
            failures.append(failure)
    if failures:
        raise failures[0]
    return {"dialogues": judged}


def _judge_one(pk: int) -> bool:
    locked = Assignment.objects.select_for_update(of=("self",), no_key=True).select_related("codebook", "rater")
    assignment = locked.get(pk=pk)
    if assignment.ended_at is None or not waiting().filter(pk=pk).exists():
        return False
    record_result(assignment=assignment, now=assignment.ended_at)
    return True
