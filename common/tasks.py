"""What a Celery worker runs: one task, for every kind of job, and the worker's sign of life."""

import os
import signal
from threading import Event
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready, worker_shutdown

from common.jobs import queue, service_heartbeats
from common.parent_process import die_with_parent

BEATING: dict[str, Event] = {}


@shared_task(name="common.run_job", ignore_result=True, acks_late=False)
def run_job(job_public_id: str) -> None:
    """Do one job. The message was acknowledged before: if this process dies, the sweep takes over."""
    queue.execute(job_public_id)


@worker_ready.connect
def begin_beating(sender: Any, **_kwargs: object) -> None:
    """Beat from the worker's main process: its children may all be busy for hours."""
    service_heartbeats.broker_answered()
    BEATING[sender.hostname] = service_heartbeats.start_beating("worker", sender.hostname)


@worker_shutdown.connect
def stop_beating(sender: Any, **_kwargs: object) -> None:
    """End the beat with the worker."""
    if ended := BEATING.pop(sender.hostname, None):
        ended.set()
        service_heartbeats.silent("worker", sender.hostname)


@worker_process_init.connect
def end_with_the_worker(**_kwargs: object) -> None:
    """A pool process whose worker was killed must not go on alone: the sweep gives its job to another."""
    die_with_parent(os.getppid(), signal.SIGKILL)
