"""Heartbeats of the service processes, by which pages detect that no worker is running."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from common.models import Beat

BEAT_SECONDS = 5
ALIVE_SECONDS = 30

log = logging.getLogger(__name__)


def record_heartbeat(service: str, name: str) -> None:
    """Record that the process `name` of `service` ("worker", "sweep", "training") is running now."""
    Beat.objects.update_or_create(service=service, name=name, defaults={"seen_at": timezone.now()})


def is_alive(service: str) -> bool:
    """Return whether any process of `service` sent a heartbeat within the last `ALIVE_SECONDS`."""
    return service in running_services()


def running_services() -> set[str]:
    """Return the services with a heartbeat within the last `ALIVE_SECONDS`; "broker" if it answered a service."""
    since = timezone.now() - timedelta(seconds=ALIVE_SECONDS)
    return set(Beat.objects.filter(seen_at__gte=since).values_list("service", flat=True))


def remove_heartbeat(service: str, name: str) -> None:
    """Record that the process ended normally; its service counts as stopped at once."""
    Beat.objects.filter(service=service, name=name).delete()


def record_broker_up() -> None:
    """Record that the broker has just answered; it sends no heartbeats of its own."""
    record_heartbeat("broker", "broker")


def record_broker_down() -> None:
    """Record that the broker did not answer; pages show it at once."""
    remove_heartbeat("broker", "broker")


# A process that is forked while another thread uses SQLite inherits locks that are never released in it. So a worker
# forks its pool only between heartbeats, when no connection is open.
_between_heartbeats = threading.Lock()
os.register_at_fork(
    before=_between_heartbeats.acquire,
    after_in_parent=_between_heartbeats.release,
    after_in_child=_between_heartbeats.release,
)


def _send_heartbeats(service: str, name: str, ended: threading.Event) -> None:
    while True:
        with _between_heartbeats:
            try:
                record_heartbeat(service, name)
            except DatabaseError:
                log.warning("the heartbeat of %s %s could not be written", service, name, exc_info=True)
            finally:
                connection.close()
        if ended.wait(BEAT_SECONDS):
            return


def start_heartbeat(service: str, name: str) -> threading.Event:
    """Send heartbeats from a thread of this process until the returned event is set."""
    ended = threading.Event()
    threading.Thread(target=_send_heartbeats, args=(service, name, ended), name="heartbeat", daemon=True).start()
    return ended


@contextmanager
def heartbeat(service: str, name: str) -> Iterator[None]:
    """Send heartbeats while the block runs, and remove the last one afterwards."""
    ended = start_heartbeat(service, name)
    try:
        yield
    finally:
        ended.set()
        remove_heartbeat(service, name)
