"""Recovery of jobs: the only code that decides that a worker died or a message was lost. Also queues upkeep."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from common.jobs.broker import broker_answers, queue_is_empty
from common.jobs.queue import QUEUES, send
from common.jobs.service_heartbeats import record_broker_down, record_broker_up
from common.jobs.upkeep import queue_upkeep
from common.models import Beat, Job, Session

MAX_ATTEMPTS = 5
# younger jobs are sent when their transaction commits
UNSENT_SECONDS = 5
# a message that a worker has prefetched looks lost as well; a second copy of it is harmless
LOST_SECONDS = 20
HEARTBEATS_KEPT = timedelta(days=1)

log = logging.getLogger(__name__)


def sweep_once() -> int:
    """Queue jobs with an expired lease again and send jobs without a message; return the number of messages sent.

    Also deletes old heartbeats and expired sessions. Any number of sweeps may run at once: each step is a conditional
    UPDATE.
    """
    if broker_answers():
        record_broker_up()
    else:
        record_broker_down()
    _release_expired()
    now = timezone.now()
    Beat.objects.filter(seen_at__lt=now - HEARTBEATS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    sent = 0
    for job in _unsent():
        if not send(job):
            break
        sent += 1
    queue_upkeep(now=now)
    return sent


def reset_after_restart() -> None:
    """Expire every lease and send every message again; for an installation that starts all of its workers itself."""
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())
    Job.objects.filter(state=Job.State.QUEUED).update(sent_at=None)
    Beat.objects.all().delete()


def _release_expired() -> None:
    now = timezone.now()
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now):
        row = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING, lease_until__lt=now)
        if job.attempt < MAX_ATTEMPTS:
            if row.update(state=Job.State.QUEUED, lease_until=None, sent_at=None):
                log.warning("the lease of %s (attempt %d) expired: queued again", job, job.attempt)
        elif row.update(
            state=Job.State.FAILED,
            lease_until=None,
            ended_at=now,
            error_code="job.abandoned",
            error_params={"attempts": job.attempt},
        ):
            log.error("%s failed after %d attempts", job, job.attempt)


def _unsent() -> list[Job]:
    now = timezone.now()
    unsent = Q(sent_at=None) & (Q(created_at__lt=now - timedelta(seconds=UNSENT_SECONDS)) | Q(attempt__gt=0))
    waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("created_at")
    usual = ~Q(kind__in=list(QUEUES))
    for queue, jobs in [("", usual), *((queue, Q(kind=kind)) for kind, queue in QUEUES.items())]:
        lost = jobs & Q(sent_at__lt=now - timedelta(seconds=LOST_SECONDS))
        if waiting.filter(lost).exists() and queue_is_empty(queue):
            unsent |= lost
    return list(waiting.filter(unsent))
