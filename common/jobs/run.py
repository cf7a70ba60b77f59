"""One attempt at a job: progress, lease, and the fenced transaction for its results."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.models import Job

PROGRESS_SECONDS = 0.5

log = logging.getLogger(__name__)


class Superseded(Exception):  # noqa: N818 -- not an error: another attempt continues this job
    """Another attempt replaced this one; its worker must stop and write nothing."""


def lease_end() -> datetime:
    """Return the end of a lease that is taken or renewed now."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


class JobRun:
    """The running attempt of `job`.

    Args:
        job: the claimed row; its `attempt` is the fencing token.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._superseded = threading.Event()
        self._written_at = 0.0
        self._stage = ""
        self._noted: tuple[int, int, str] | None = None

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """Record the progress; written at most every `PROGRESS_SECONDS`, and at each new stage.

        Args:
            done: units done.
            total: total units; 0 if unknown.
            stage: name of the present step, registered as message `stage.<name>`; by default the previous one.

        Raises:
            Superseded: another attempt has the job.
        """
        if self._superseded.is_set():
            raise Superseded
        stage = stage or self._stage
        if stage == self._stage and time.monotonic() - self._written_at < PROGRESS_SECONDS:
            return
        self._stage, self._written_at, self._noted = stage, time.monotonic(), None
        if not self.own_row().update(progress_done=done, progress_total=total, stage=stage, lease_until=lease_end()):
            raise Superseded

    def note(self, done: int, total: int, stage: str) -> None:
        """Record the progress from inside a snapshot, in which nothing can be written.

        The thread that renews the lease writes it within `PROGRESS_SECONDS`. Arguments as for `progress`.

        Raises:
            Superseded: another attempt has the job.
        """
        if self._superseded.is_set():
            raise Superseded
        self._noted = (done, total, stage)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Open the transaction in which a handler writes its results; no other attempt can start meanwhile.

        Raises:
            Superseded: another attempt has the job; nothing was written.
        """
        with transaction.atomic():
            if not self.own_row().select_for_update().exists():
                raise Superseded
            yield

    def own_row(self) -> QuerySet[Job]:
        """Return a query set of the job's row; empty once another attempt has the job."""
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING)

    @contextmanager
    def renewing_lease(self) -> Iterator[None]:
        """Renew the lease from a thread while the block runs.

        Does nothing inside a transaction: no other process sees the row, and the thread would wait for the commit.
        """
        if connection.in_atomic_block:
            yield
            return
        ended = threading.Event()
        thread = threading.Thread(target=self._renew, args=(ended,), name=f"lease {self.job.public_id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(timeout=settings.JOB_LEASE_SECONDS)

    def _renew(self, ended: threading.Event) -> None:
        renewed_at = time.monotonic()
        while not ended.wait(min(PROGRESS_SECONDS, settings.JOB_LEASE_SECONDS / 3)):
            noted, self._noted = self._noted, None
            if noted is None and time.monotonic() - renewed_at < settings.JOB_LEASE_SECONDS / 3:
                continue
            try:
                if not self.own_row().update(lease_until=lease_end(), **_shown(noted)):
                    self._superseded.set()
                    return
                renewed_at = time.monotonic()
            except DatabaseError:
                log.warning("the lease of %s could not be renewed; trying again", self.job, exc_info=True)
            finally:
                connection.close()


def _shown(noted: tuple[int, int, str] | None) -> dict[str, int | str]:
    return dict(zip(("progress_done", "progress_total", "stage"), noted, strict=True)) if noted else {}
