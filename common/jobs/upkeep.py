"""Upkeep: jobs that nobody requests. The sweep queues them when the state of the database calls for them.

So a request that creates such work writes nothing for it: neither a row nor a message.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction

from common.jobs.queue import UNFINISHED, enqueue, handlers
from common.models import Job

RETRY_AFTER = timedelta(minutes=10)  # a failed job; each failure stays on record

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A kind of jobs, and the function that returns the public ids of the corpora that need one now."""

    kind: str
    due: Callable[[datetime], Iterable[str]]
    at_once: Callable[[datetime], Iterable[str]] | None = None


UPKEEP: list[Upkeep] = []


def register_upkeep(
    *,
    kind: str,
    due: Callable[[datetime], Iterable[str]],
    at_once: Callable[[datetime], Iterable[str]] | None = None,
) -> None:
    """Register a kind of jobs whose handler takes the public id of a `corpus`.

    Args:
        kind: name of a registered handler.
        due: see `Upkeep`; called every few seconds, so it must be cheap.
        at_once: the same for what somebody waits for; called twice a second, so it must read next to nothing.
    """
    UPKEEP.append(Upkeep(kind, due, at_once))


def queue_upkeep(*, now: datetime) -> int:
    """Queue the jobs that are due, at most one of a kind and corpus at a time; return their number.

    The finished job before it is deleted, so that there is one row of a kind and corpus.
    """
    handlers()  # their modules register the upkeep as well
    return sum(_queue_due(each.kind, each.due, now) for each in UPKEEP)


def queue_urgent_upkeep(*, now: datetime) -> int:
    """Queue the jobs that are due at once, as `queue_upkeep` does; return their number."""
    handlers()
    return sum(_queue_due(each.kind, each.at_once, now) for each in UPKEEP if each.at_once)


def _queue_due(kind: str, due: Callable[[datetime], Iterable[str]], now: datetime) -> int:
    try:
        return sum(_queue(kind, corpus, now) for corpus in due(now))
    except DatabaseError:
        raise
    except Exception:
        log.exception("upkeep %s cannot tell what is due; the recovery of jobs continues", kind)
        return 0


@transaction.atomic
def _queue(kind: str, corpus: str, now: datetime) -> bool:
    key = f"{kind} {corpus}"
    earlier = Job.objects.filter(key=key)
    failed = earlier.filter(state=Job.State.FAILED, ended_at__gte=now - RETRY_AFTER)
    if earlier.filter(state__in=UNFINISHED).exists() or failed.exists():
        return False
    earlier.filter(state=Job.State.DONE).delete()
    enqueue(kind=kind, args={"corpus": corpus}, scope=corpus, key=key)
    return True
