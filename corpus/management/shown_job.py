"""A job that a command runs itself: its progress on standard error, and its end by Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.db import connection

from common.errors import MESSAGES, Refused
from common.models import Job

WIDTH = 30
LOOK_SECONDS = 0.3


@contextmanager
def interruptible() -> Iterator[None]:
    """Make Ctrl-C and SIGTERM end the job like a refusal, so that nothing partial stays."""

    def stop(*_: object) -> NoReturn:
        raise Refused("episode.interrupted")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def shown(job: Job) -> Iterator[None]:
    """Show the job's progress on standard error: a bar on a terminal, otherwise a line for each stage."""
    ended = threading.Event()
    printer = threading.Thread(target=_print_progress, args=(job.pk, ended), daemon=True)
    printer.start()
    try:
        yield
    finally:
        ended.set()
        printer.join()


def _bar(job: Job) -> str:
    """Return the progress of a job as a bar, or the number done if nobody knows the total."""
    if job.progress_done and not job.progress_total:
        return f"{job.progress_done:,}"
    full = WIDTH * job.percent // 100
    return f"[{'#' * full}{'.' * (WIDTH - full)}] {job.percent:3d} %"


def _print_progress(job_id: int, ended: threading.Event) -> None:
    is_terminal, shown_stage = sys.stderr.isatty(), ""
    try:
        while not ended.wait(LOOK_SECONDS):
            job = Job.objects.get(pk=job_id)
            stage = str(MESSAGES.get(f"stage.{job.stage}", job.stage))
            if is_terminal:
                sys.stderr.write(f"\r\033[K{_bar(job)} {stage}")
            elif stage != shown_stage:
                sys.stderr.write(f"{stage}\n")
            sys.stderr.flush()
            shown_stage = stage
    finally:
        if is_terminal:
            sys.stderr.write("\r\033[K")
        connection.close()
