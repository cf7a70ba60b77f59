"""One attempt at a job, as its handler sees it: progress, a lease kept fresh, and the last word under the fence."""

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


class Superseded(Exception):  # noqa: N818 -- not a fault: somebody else goes on with this job
    """This attempt was given up on; its worker must stop and write nothing."""


def lease_end() -> datetime:
    """Return until when a lease that is taken or renewed now holds."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


class JobRun:
    """The running attempt of `job`.

    Args:
        job: the row as it was claimed; its `attempt` is the fence.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._superseded = threading.Event()
        self._written_at = 0.0
        self._stage = ""
        self._noted: tuple[int, int, str] | None = None

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """Tell how far the work is; written at most every `PROGRESS_SECONDS`, and at each new stage.

        Args:
            done: units done.
            total: units in all; 0 where nobody knows.
            stage: what is being done, a word registered as message `stage.<word>`; the last one unless given.

        Raises:
            Superseded: the job went to another attempt.
        """
        if self._superseded.is_set():
            raise Superseded
        stage = stage or self._stage
        if stage == self._stage and time.monotonic() - self._written_at < PROGRESS_SECONDS:
            return
        self._stage, self._written_at, self._noted = stage, time.monotonic(), None
        if not self.mine().update(progress_done=done, progress_total=total, stage=stage, lease_until=lease_end()):
            raise Superseded

    def note(self, done: int, total: int, stage: str) -> None:
        """Tell how far the work is from inside a snapshot, in which nothing can be written.

        The thread that keeps the lease writes it, within `PROGRESS_SECONDS`; arguments as of `progress`.

        Raises:
            Superseded: the job went to another attempt.
        """
        if self._superseded.is_set():
            raise Superseded
        self._noted = (done, total, stage)

    @contextmanager
    def last_word(self) -> Iterator[None]:
        """Open the transaction in which a handler writes results: nobody can take the job over meanwhile.

        Raises:
            Superseded: the job went to another attempt; nothing was written.
        """
        with transaction.atomic():
            if not self.mine().select_for_update().exists():
                raise Superseded
            yield

    def mine(self) -> QuerySet[Job]:
        """Return the job's row as long as this attempt holds it, else nothing."""
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING)

    @contextmanager
    def lease_kept(self) -> Iterator[None]:
        """Renew the lease from a thread, however long the block goes without a word.

        Inside a transaction of the caller's nobody else sees the row, and this thread would only wait for its end.
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
                if not self.mine().update(lease_until=lease_end(), **_shown(noted)):
                    self._superseded.set()
                    return
                renewed_at = time.monotonic()
            except DatabaseError:
                log.warning("the lease of %s could not be renewed; trying again", self.job, exc_info=True)
            finally:
                connection.close()


def _shown(noted: tuple[int, int, str] | None) -> dict[str, int | str]:
    return dict(zip(("progress_done", "progress_total", "stage"), noted, strict=True)) if noted else {}
