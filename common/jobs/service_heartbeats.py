"""Signs of life of the service processes, by which a page can say that no worker is running."""

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


def beat(service: str, name: str) -> None:
    """Write that process `name` of `service` ("worker", "sweep") is alive now."""
    Beat.objects.update_or_create(service=service, name=name, defaults={"seen_at": timezone.now()})


def alive(service: str) -> bool:
    """Return whether any process of `service` gave a sign of life within the last `ALIVE_SECONDS`."""
    return service in alive_services()


def alive_services() -> set[str]:
    """Return the services that gave a sign of life within the last `ALIVE_SECONDS`; "broker" where it answered."""
    since = timezone.now() - timedelta(seconds=ALIVE_SECONDS)
    return set(Beat.objects.filter(seen_at__gte=since).values_list("service", flat=True))


def silent(service: str, name: str) -> None:
    """Write that the process ended in order, so that nobody waits for it to be missed."""
    Beat.objects.filter(service=service, name=name).delete()


def broker_answered() -> None:
    """Write that the broker, which gives no signs itself, has just answered one of us."""
    beat("broker", "broker")


def broker_is_silent() -> None:
    """Write that the broker did not answer, so that pages say so at once."""
    silent("broker", "broker")


# A process that is forked while SQLite is at work in another thread inherits its locks and can never get them.
# So a worker forks its pool only between beats, when no connection is open.
_between_beats = threading.Lock()
os.register_at_fork(
    before=_between_beats.acquire, after_in_parent=_between_beats.release, after_in_child=_between_beats.release
)


def _keep_beating(service: str, name: str, ended: threading.Event) -> None:
    while True:
        with _between_beats:
            try:
                beat(service, name)
            except DatabaseError:
                log.warning("no sign of life of %s %s could be written", service, name, exc_info=True)
            finally:
                connection.close()
        if ended.wait(BEAT_SECONDS):
            return


def start_beating(service: str, name: str) -> threading.Event:
    """Beat from a thread of this process until the returned event is set."""
    ended = threading.Event()
    threading.Thread(target=_keep_beating, args=(service, name, ended), name="beat", daemon=True).start()
    return ended


@contextmanager
def beating(service: str, name: str) -> Iterator[None]:
    """Beat while the block runs, and write the end when it is left."""
    ended = start_beating(service, name)
    try:
        yield
    finally:
        ended.set()
        silent(service, name)
