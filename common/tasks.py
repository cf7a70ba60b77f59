"""The Celery task that runs jobs of every kind, and the heartbeat of the worker."""

import os
import signal
from threading import Event
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready, worker_shutdown

from common.jobs import queue, service_heartbeats
from common.parent_process import die_with_parent

HEARTBEATS: dict[str, Event] = {}
queue.handlers()  # before the worker forks its pool


@shared_task(name="common.run_job", ignore_result=True, acks_late=False)
def run_job(job_public_id: str) -> None:
    """Run one job. Its message is acknowledged already: if this process dies, the sweep queues the job again."""
    queue.execute(job_public_id)


@worker_ready.connect
def start_worker_heartbeat(sender: Any, **_kwargs: object) -> None:
    """Send heartbeats from the main process of the worker: its children may all be busy for hours."""
    service_heartbeats.record_broker_up()
    HEARTBEATS[sender.hostname] = service_heartbeats.start_heartbeat(_service(sender), sender.hostname)


@worker_shutdown.connect
def stop_worker_heartbeat(sender: Any, **_kwargs: object) -> None:
    """Stop the heartbeat when the worker stops."""
    if ended := HEARTBEATS.pop(sender.hostname, None):
        ended.set()
        service_heartbeats.remove_heartbeat(_service(sender), sender.hostname)


def _service(worker: Any) -> str:
    """Return the service of a worker: "worker", or the name of its queue if that is not the usual one."""
    queues = set(worker.app.amqp.queues.consume_from)
    return "worker" if worker.app.conf.task_default_queue in queues else min(queues)


@worker_process_init.connect
def die_with_worker(**_kwargs: object) -> None:
    """Kill a pool process with its worker: the sweep gives its job to another one."""
    die_with_parent(os.getppid(), signal.SIGKILL)
