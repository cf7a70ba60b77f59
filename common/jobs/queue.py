"""The job queue: register handlers, enqueue jobs in a transaction, run them in a worker.

The row of a job is authoritative. A message carries only its id and is acknowledged before the work begins. A worker
claims the job by a conditional UPDATE, so several copies of a message start it only once. While it works, it renews a
lease; `common.jobs.sweep` queues jobs with an expired lease again. `attempt` is the fencing token against a worker
that was wrongly considered dead.
"""

import logging
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from common.errors import Refused, refusal_behind
from common.jobs.broker import BrokerDown, send_message
from common.jobs.run import JobRun, Superseded, lease_end
from common.jobs.service_heartbeats import record_broker_down
from common.models import Job, User

__all__ = [
    "JobRun",
    "Superseded",
    "can_view",
    "claim",
    "enqueue",
    "execute",
    "handler",
    "handlers",
    "queue_of",
    "register_handlers",
    "register_queue",
    "register_viewers",
    "retry",
    "send",
]

log = logging.getLogger(__name__)

Handler = Callable[..., dict[str, Any]]
H = TypeVar("H", bound=Handler)
HANDLERS: dict[str, Handler] = {}
MODULES: list[str] = []  # with handlers that are not loaded yet
QUEUES: dict[str, str] = {}
LOADING = threading.RLock()
VIEWER_RULES: list[Callable[[User, str], bool]] = []
UNFINISHED = [Job.State.QUEUED, Job.State.RUNNING]


def handler(kind: str) -> Callable[[H], H]:
    """Register the function `(run: JobRun, **args) -> dict` that does the jobs of `kind`.

    A handler may run again after its worker was killed, so it writes results under `run.finishing()` and tolerates
    leftovers of an earlier attempt. Its return value becomes the `result` of the job.
    """

    def register(function: H) -> H:
        HANDLERS[kind] = function
        return function

    return register


def register_handlers(module: str) -> None:
    """Name a module whose import registers handlers.

    It is imported when a job is queued or done, not at the start: handlers import half of the program, and most
    commands need none.
    """
    MODULES.append(module)


def handlers() -> dict[str, Handler]:
    """Return all handlers by the kind of their jobs; the first call imports the modules that register them."""
    if MODULES:
        with LOADING:
            for module in MODULES:
                import_module(module)
            MODULES.clear()
    return HANDLERS


def register_queue(kind: str, queue: str) -> None:
    """Give jobs of a kind a queue of their own, for workers that take no other ones.

    Args:
        kind: of jobs that may take hours, before which no other job must wait.
        queue: its name; also the name of the service, see `service_heartbeats`.
    """
    QUEUES[kind] = queue


def queue_of(kind: str) -> str:
    """Return the queue of the jobs of a kind; empty for the one of the usual workers."""
    return QUEUES.get(kind, "")


def enqueue(
    *,
    kind: str,
    args: dict[str, Any],
    scope: str = "",
    key: str = "",
    created_by: User | None = None,
    here: bool = False,
) -> Job:
    """Create a job, to be run by a worker after this transaction; without a broker it waits for the sweep.

    Args:
        kind: name of a registered handler.
        args: its keyword arguments: ids and options, never the data itself.
        scope: public id of its corpus, which decides who can view the job.
        key: at most one unfinished job has this key; an existing one is returned instead of a new one.
        created_by: the user who requested it.
        here: the caller will `execute` the job in this process, so no message is sent.

    Raises:
        LookupError: no handler of that kind.
    """
    if kind not in handlers():
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
            # the other job may have ended since the insert failed: then try again
            if held := Job.objects.filter(key=key, state__in=UNFINISHED).first():
                return held


def retry(*, job: Job) -> None:
    """Queue a failed job again, as another attempt of the same row.

    Raises:
        Refused: `job.not_failed`; `job.overtaken`: a newer job does the same work.
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
    """Send the message of a queued job; return whether the broker accepted it."""
    try:
        send_message(str(job.public_id), queue_of(job.kind))
    except BrokerDown as error:
        log.warning("the broker does not answer (%s); %s waits for the sweep", error, job)
        record_broker_down()
        return False
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(sent_at=timezone.now())
    return True


def claim(public_id: str) -> Job | None:
    """Claim a queued job for this process; None if it is not queued."""
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
    """Run the job if it is queued and record the outcome; exceptions of the handler are not raised."""
    job = claim(public_id)
    if job is None:
        log.info("job %s is not queued: it has ended, or another worker has it", public_id)
        return
    run = JobRun(job)
    try:
        with run.renewing_lease():
            result = handlers()[job.kind](run, **job.args)
    except Superseded:
        log.warning("another attempt has %s; attempt %d stops", job, job.attempt)
    except Exception as error:  # noqa: BLE001 -- the row must record that the job ended
        _fail(run, error)
    else:
        _end(run, state=Job.State.DONE, result=result)


def _fail(run: JobRun, error: Exception) -> None:
    if (refusal := refusal_behind(error)) is not None:
        log.info("%s failed: %s %s", run.job, refusal.code, refusal.params)
        _end(run, state=Job.State.FAILED, error_code=refusal.code, error_params=refusal.params)
    else:
        log.error("%s crashed", run.job, exc_info=error)
        _end(run, state=Job.State.FAILED, error_code="job.crashed", error_params={"job": str(run.job.public_id)})


def _end(run: JobRun, **fields: object) -> None:
    if not run.own_row().update(ended_at=timezone.now(), lease_until=None, **fields):
        log.warning("another attempt has %s; the outcome of attempt %d is discarded", run.job, run.job.attempt)


def register_viewers(allowed: Callable[[User, str], bool]) -> None:
    """Register a rule for viewing jobs: a function of a user and the scope of a job."""
    VIEWER_RULES.append(allowed)


def can_view(user: User, job: Job) -> bool:
    """Return whether the user can view the job; a job without a scope is visible to its creator only.

    Deactivated users can view none, even with a session that is still valid.
    """
    if not user.is_active:
        return False
    if not job.scope:
        return job.created_by_id == user.pk
    return any(allowed(user, job.scope) for allowed in VIEWER_RULES)
