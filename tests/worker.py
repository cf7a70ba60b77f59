"""The Celery application of the worker tests: Concord's own, with handlers that leave traces in files."""

import time
from pathlib import Path
from typing import Any

import django

django.setup()

from common.errors import Refused  # noqa: E402
from common.jobs import JobRun, handler  # noqa: E402
from config.celery import app  # noqa: E402, F401


@handler("tests.trace")
def trace(run: JobRun, folder: str) -> dict[str, Any]:
    """Note the start, wait for the file `go`, then write the end under the fence."""
    place = Path(folder)
    run.progress(1, 2, stage="waiting")  # before the note: who is stopped on it must not hold the database's lock
    with (place / "starts").open("a", encoding="ascii") as file:
        file.write(f"{run.job.attempt}\n")
    while not (place / "go").exists():
        time.sleep(0.05)
    with run.last_word(), (place / "ends").open("a", encoding="ascii") as file:
        file.write(f"{run.job.attempt}\n")
    return {"attempt": run.job.attempt}


@handler("tests.refuse")
def refuse(run: JobRun) -> dict[str, Any]:
    """Fail as a handler does when the disk is full."""
    raise Refused("disk.full", needed_mb=2, free_mb=1)
