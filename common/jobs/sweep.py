"""Recovery of jobs: the one place that decides that a worker is dead or a message lost."""

import logging
from datetime import timedelta

from celery import current_app
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from common.jobs.queue import broker_answers, send
from common.jobs.service_heartbeats import broker_answered, broker_is_silent
from common.models import Beat, Job, Session

MAX_ATTEMPTS = 5
# younger ones are in their own transaction's hands
UNSENT_SECONDS = 5
# a message that a worker holds but has not begun looks lost, too: a second copy of it does no harm
LOST_SECONDS = 20
BEATS_KEPT = timedelta(days=1)

log = logging.getLogger(__name__)


def sweep_once() -> int:
    """Queue again the jobs whose lease ran out, send those whose message is missing; return how many were sent.

    Signs of life of long ago and sessions that ran out are removed.

    Any number of sweeps may run at once: each step is a conditional UPDATE.
    """
    if broker_answers():
        broker_answered()
    else:
        broker_is_silent()
    _release_expired()
    now = timezone.now()
    Beat.objects.filter(seen_at__lt=now - BEATS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    sent = 0
    for job in _unsent():
        if not send(job):
            break
        sent += 1
    return sent


def presume_all_dead() -> None:
    """Let every lease run out and send every message again: for the start of a set-up whose workers are all its own."""
    Job.objects.filter(state=Job.State.RUNNING).update(lease_until=timezone.now())
    Job.objects.filter(state=Job.State.QUEUED).update(sent_at=None)
    Beat.objects.all().delete()


def _release_expired() -> None:
    now = timezone.now()
    for job in Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now):
        row = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING, lease_until__lt=now)
        if job.attempt < MAX_ATTEMPTS:
            if row.update(state=Job.State.QUEUED, lease_until=None, sent_at=None):
                log.warning("nobody renews the lease of %s (attempt %d): queued again", job, job.attempt)
        elif row.update(
            state=Job.State.FAILED,
            lease_until=None,
            ended_at=now,
            error_code="job.abandoned",
            error_params={"attempts": job.attempt},
        ):
            log.error("%s given up after %d attempts", job, job.attempt)


def _unsent() -> list[Job]:
    now = timezone.now()
    unsent = Q(sent_at=None) & (Q(created_at__lt=now - timedelta(seconds=UNSENT_SECONDS)) | Q(attempt__gt=0))
    waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("created_at")
    if waiting.filter(sent_at__lt=now - timedelta(seconds=LOST_SECONDS)).exists() and _broker_queue_is_empty():
        unsent |= Q(sent_at__lt=now - timedelta(seconds=LOST_SECONDS))
    return list(waiting.filter(unsent))


def _broker_queue_is_empty() -> bool:
    """Return whether no message waits at all, so that jobs which wait have lost theirs."""
    try:
        with current_app.connection_for_write() as broker:
            queue = broker.SimpleQueue(current_app.conf.task_default_queue)
            return len(queue) == 0
    except ChannelError:  # the queue comes into being with its first message
        return True
    except (OperationalError, OSError):
        return False
