"""Slow work as rows: registered by kind, enqueued in a transaction, run by a worker, resumed by the sweep.

The row is the truth. A message carries only the row's id and is acknowledged before the work begins; a worker
takes a job by a conditional UPDATE, so any number of copies of its message start it once. While it works it renews
a lease; `common.jobs.sweep` queues again what nobody renews. `attempt` fences off a worker
that was only thought dead.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.errors import Refused
from common.jobs.run import JobRun, Superseded, lease_end
from common.jobs.service_heartbeats import broker_is_silent
from common.models import Job, User

__all__ = [
    "JobRun",
    "Superseded",
    "broker_answers",
    "claim",
    "enqueue",
    "execute",
    "grant_sight",
    "handler",
    "may_see",
    "retry",
    "send",
]

log = logging.getLogger(__name__)

Handler = Callable[..., dict[str, Any]]
H = TypeVar("H", bound=Handler)
HANDLERS: dict[str, Handler] = {}
SIGHTS: list[Callable[[User, str], bool]] = []
UNFINISHED = [Job.State.QUEUED, Job.State.RUNNING]


def handler(kind: str) -> Callable[[H], H]:
    """Register the function `(run: JobRun, **args) -> dict` that does the jobs of `kind`.

    A handler may be run again after a kill, so it writes its results under `run.last_word()` and takes
    leftovers of an earlier attempt for what they are. What it returns becomes the job's `result`.
    """

    def register(function: H) -> H:
        HANDLERS[kind] = function
        return function

    return register


def enqueue(
    *,
    kind: str,
    args: dict[str, Any],
    scope: str = "",
    key: str = "",
    created_by: User | None = None,
    here: bool = False,
) -> Job:
    """Make a job that a worker does after the present transaction; without a broker it waits for the sweep.

    Args:
        kind: name of a registered handler.
        args: its keyword arguments: ids and options, never the data itself.
        scope: public id of the corpus it belongs to, which decides who may see it.
        key: at most one unfinished job holds it; asked for again, that job is returned.
        created_by: who asked.
        here: the caller goes on to `execute` it in this process, so no worker is told.

    Raises:
        LookupError: no handler of that kind.
    """
    if kind not in HANDLERS:
        raise LookupError(f"no handler is registered for jobs of kind {kind!r}")
    job = Job(kind=kind, args=args, scope=scope, key=key, created_by=created_by)
    while True:
        try:
            with transaction.atomic():
                job.save(force_insert=True)
                if not here:
                    transaction.on_commit(lambda: send(job))
                return job
        except IntegrityError:
            if not key:
                raise
            # the holder may have ended between the refusal and this look: then there is room now
            if held := Job.objects.filter(key=key, state__in=UNFINISHED).first():
                return held


def retry(*, job: Job) -> None:
    """Queue a failed job again, as another attempt of the same row.

    Raises:
        Refused: `job.not_failed`; `job.overtaken`: a newer job is at the same work.
    """
    try:
        with transaction.atomic():
            queued = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
                state=Job.State.QUEUED, sent_at=None, ended_at=None, error_code="", error_params={}
            )
            if not queued:
                raise Refused("job.not_failed")
            transaction.on_commit(lambda: send(job))
    except IntegrityError as taken:
        raise Refused("job.overtaken") from taken


def send(job: Job) -> bool:
    """Tell the workers about a queued job; return whether the broker took the message."""
    try:
        current_app.send_task("common.run_job", args=[str(job.public_id)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("the broker does not answer (%s); %s waits for the sweep", error, job)
        broker_is_silent()
        return False
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(sent_at=timezone.now())
    return True


def broker_answers() -> bool:
    """Ask the broker for a connection; return whether it gave one."""
    try:
        with current_app.connection_for_write() as link:
            link.default_channel  # noqa: B018 -- connects
    except (OperationalError, OSError):
        return False
    return True


def claim(public_id: str) -> Job | None:
    """Take a queued job for this process; None if it is not waiting (any more)."""
    taken = Job.objects.filter(public_id=public_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=lease_end(),
        started_at=timezone.now(),
        stage="",
        progress_done=0,
        progress_total=0,
    )
    return Job.objects.get(public_id=public_id) if taken else None


def execute(public_id: str) -> None:
    """Do the job if it is waiting, and write how it ended; never raises what a handler raises."""
    job = claim(public_id)
    if job is None:
        log.info("job %s is not waiting: done, or in other hands", public_id)
        return
    run = JobRun(job)
    try:
        with run.lease_kept():
            result = HANDLERS[job.kind](run, **job.args)
    except Superseded:
        log.warning("%s went to another attempt; this one (%d) stops", job, job.attempt)
    except Exception as fault:  # noqa: BLE001 -- whatever it was, the row must say that it ended
        _end_badly(run, fault)
    else:
        _end(run, state=Job.State.DONE, result=result)


def _end_badly(run: JobRun, fault: Exception) -> None:
    if isinstance(fault, Refused):
        log.info("%s failed: %s %s", run.job, fault.code, fault.params)
        _end(run, state=Job.State.FAILED, error_code=fault.code, error_params=fault.params)
    else:
        log.error("%s crashed", run.job, exc_info=fault)
        _end(run, state=Job.State.FAILED, error_code="job.crashed", error_params={"job": str(run.job.public_id)})


def _end(run: JobRun, **fields: object) -> None:
    if not run.mine().update(ended_at=timezone.now(), lease_until=None, **fields):
        log.warning("%s went to another attempt; the end of this one (%d) is dropped", run.job, run.job.attempt)


def grant_sight(allowed: Callable[[User, str], bool]) -> None:
    """Register who may see jobs: a function of the person and the job's scope."""
    SIGHTS.append(allowed)


def may_see(user: User, job: Job) -> bool:
    """Return whether the person sees the job's scope now; a job without one is its maker's own matter.

    Who was deactivated sees none, even where a session of theirs still lives.
    """
    if not user.is_active:
        return False
    if not job.scope:
        return job.created_by_id == user.pk
    return any(allowed(user, job.scope) for allowed in SIGHTS)
