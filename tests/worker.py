"""The Celery application of the worker tests: Concord's own, with handlers that leave traces in files."""

import functools
import importlib
import os
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from common.errors import Refused  # noqa: E402
from common.jobs.queue import JobRun, handler  # noqa: E402
from config.celery import app  # noqa: E402, F401
from corpus.domain.media import clip_cutting  # noqa: E402

# functions in which a test can let the worker hang, to kill it there: see tests.stack.Stack.hang
PLACES = [
    "corpus.domain.ingest.episode_ingest:probe",
    "corpus.domain.ingest.episode_ingest:make_playable",
    "corpus.domain.ingest.episode_ingest:drop_incoming",
    "corpus.domain.media.stored_files:Shelf.put",
    "corpus.domain.media.clip_cutting:_keep",
    "export.domain.release_build:read_corpus",
    "export.domain.releases:pack",
    "export.domain.releases:_result",
    "agreement.domain.reports:figures",
]


def stops(place: str) -> None:
    """Make the function `place` ("module:name") hang if the file `hang` names it."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    function = getattr(owner, name)

    @functools.wraps(function)
    def stopping(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        folder = Path(os.environ.get("CONCORD_TEST_TRACES", "/nowhere"))
        wanted = (folder / "hang").read_text(encoding="ascii").split() if (folder / "hang").exists() else []
        if wanted[:1] == [place]:
            with (folder / "calls").open("a", encoding="ascii") as file:
                file.write(".")
            if (folder / "calls").stat().st_size == int(wanted[1]):
                (folder / "hang").unlink()
                (folder / "hung").touch()
                time.sleep(3600)
        return result

    setattr(owner, name, stopping)


if "CONCORD_TEST_TRACES" in os.environ:  # in the worker, not in the test that imports the handlers
    clip_cutting.WINDOW = 2
    for each in PLACES:
        stops(each)


@handler("tests.trace")
def trace(run: JobRun, folder: str) -> dict[str, Any]:
    """Note the start, wait for the file `go`, then write the end under the fence."""
    place = Path(folder)
    run.progress(1, 2, stage="waiting")  # before the note: a process stopped there must not hold the database's lock
    with (place / "starts").open("a", encoding="ascii") as file:
        file.write(f"{run.job.attempt}\n")
    while not (place / "go").exists():
        time.sleep(0.05)
    with run.finishing(), (place / "ends").open("a", encoding="ascii") as file:
        file.write(f"{run.job.attempt}\n")
    return {"attempt": run.job.attempt}


@handler("tests.refuse")
def refuse(run: JobRun) -> dict[str, Any]:
    """Fail as a handler does when the disk is full."""
    raise Refused("disk.full", needed_mb=2, free_mb=1)
