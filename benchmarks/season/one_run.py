"""One run of the season in a home folder of its own: `python -m benchmarks.season.one_run FOLDER KILLS`.

CONCORD_HOME names the home folder. Prints JSON: what became of the files, the labels, and the checksum of each clip.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- Django must be set up before its models
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from annotator.domain.allocation.assignments import finish, unlabelled  # noqa: E402
from annotator.domain.allocation.claims import claim  # noqa: E402
from annotator.domain.labelling.operations import Operation, apply_operations  # noqa: E402
from annotator.models import Assignment  # noqa: E402
from benchmarks.labelling.job_processes import JobProcesses  # noqa: E402
from common.errors import sentence  # noqa: E402
from common.models import Job, User  # noqa: E402
from config.setup.home_folder import prepare_home  # noqa: E402
from corpus.domain.codebooks.shipped_codebooks import adopt  # noqa: E402
from corpus.domain.ingest.episodes import INGEST  # noqa: E402
from corpus.domain.media.clip_cutting import CUT  # noqa: E402
from corpus.domain.people.members import add_member  # noqa: E402
from corpus.domain.structure.corpora import create_corpus  # noqa: E402
from corpus.domain.structure.draft_dialogues import declare_all_ready  # noqa: E402
from corpus.models import Annotation, Clip, Corpus, Episode, MediaFile, Rater, Utterance  # noqa: E402

PATIENCE, LOOK = 600, 5  # seconds
SLUG, SERIES = "season", "一季"
LONGEST = "E09"  # title of the HEVC episode
UNFINISHED = [Job.State.QUEUED, Job.State.RUNNING]


class Run:
    """The processes of one run, and the worker that is killed."""

    def __init__(self, home: Path) -> None:
        self.crew = JobProcesses(dict(os.environ), home)
        self.killed: list[str] = []

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until a condition holds, as long as the jobs get on: a busy machine may need long."""
        deadline, looked, before = time.monotonic() + PATIENCE, time.monotonic(), None
        while not condition():
            now = time.monotonic()
            if now > looked + LOOK:
                looked, seen = now, list(Job.objects.order_by("pk").values_list("state", "stage", "progress_done"))
                deadline, before = (deadline if seen == before else now + PATIENCE), seen
            if now > deadline:
                raise TimeoutError(f"waited {PATIENCE} s for {what}, while no job got on")
            time.sleep(0.02)

    def kill_when(self, condition: Callable[[], bool], what: str) -> None:
        """Kill the worker by its pid when a condition holds, and start another."""
        self.wait(condition, what)
        os.kill(self.crew.worker.pid, signal.SIGKILL)
        self.killed.append(what)
        self.crew.replace_worker()

    def finish_jobs(self) -> None:
        """Wait until no job is left."""
        self.wait(lambda: not Job.objects.filter(state__in=UNFINISHED).exists(), "the end of all jobs")


def build(people: int) -> Corpus:
    """Create the corpus with its members."""
    manager = User.objects.create_user(username="manager", may_create_corpora=True)
    corpus = create_corpus(title="Season", slug=SLUG, created_by=manager)
    adopt(corpus=corpus, name="affect-dialogue", created_by=manager)
    for number in range(people):
        add_member(corpus=corpus, user=User.objects.create_user(username=f"annotator{number}"), roles=["annotator"])
    corpus.refresh_from_db()
    return corpus


def label(rater: Rater) -> int:
    """Label everything that this member is given, with the default answers; return the number of dialogues."""
    assert rater.membership
    assert rater.corpus.codebook
    rules = rater.corpus.codebook.rules()
    answers: dict[str, Any] = {task.slug: task.default for task in rules.tasks}
    answers |= {link.slug: "not_applicable" for link in rules.links}
    done = 0
    while assignment := claim(rater=rater, now=timezone.now()):
        results = apply_operations(
            assignment=assignment,
            token=assignment.token,
            author=rater.membership.user,
            operations=[_commit(assignment, each, answers) for each in unlabelled(assignment).order_by("order")],
            now=timezone.now(),
        )
        refused = [str(each.refusal) for each in results if each.status != "applied"]
        assert not refused, refused
        finish(assignment=assignment, token=assignment.token, now=timezone.now())
        done += 1
    return done


def _commit(_assignment: Assignment, utterance: Utterance, answers: dict[str, Any]) -> Operation:
    return Operation(
        id=uuid.uuid4(), kind="commit", utterance=utterance.public_id, answers=answers, active_ms=4000, played_ms=2000
    )


def is_half_playable(title: str) -> bool:
    """Return whether a job encodes an episode whose first window is in use."""
    at_work = Job.objects.filter(kind=INGEST, state=Job.State.RUNNING, stage="making_playable")
    return at_work.exists() and Episode.objects.filter(title=title, playable_ms__gt=0).exists()


def is_half_cut(title: str) -> bool:
    """Return whether a job cuts clips of an episode of which others are stored."""
    at_work = Job.objects.filter(kind=CUT, state=Job.State.RUNNING, stage="cutting")
    lines = Utterance.objects.filter(dialogue__episode__title=title)
    stored = lines.filter(clips__isnull=False).count()
    return at_work.exists() and 0 < stored < lines.count()


def stray_files() -> list[str]:
    """Return files without a row, rows without a file, and what is left in the work folder."""
    root, work = Path(settings.MEDIA_ROOT), Path(settings.WORK_DIR)
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    known = set(MediaFile.objects.values_list("name", flat=True))
    return sorted(there ^ known) + sorted(str(path) for path in work.rglob("*") if path.is_file())


def run(folder: Path, *, kills: bool) -> dict[str, Any]:
    """Import the folder, cut the clips, label everything; return the outcome."""
    home = Path(settings.CONCORD_HOME)
    prepare_home(home)
    call_command("migrate", interactive=False, verbosity=0)
    corpus = build(people=3)
    began = time.monotonic()
    one = Run(home)
    try:
        ingest = [sys.executable, "manage.py", "ingest", str(folder), "--corpus", SLUG, "--series", SERIES, "--no-wait"]
        subprocess.run(ingest, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if kills:  # progress is written every other second at most, which a fast machine can skip: ask for results
            one.kill_when(lambda: is_half_playable(LONGEST), "the HEVC episode was encoded")
        one.finish_jobs()
        for episode in Episode.objects.filter(state=Episode.State.READY).order_by("title"):
            declare_all_ready(episode=episode)
        if kills:
            one.kill_when(lambda: is_half_cut(LONGEST), "the clips of that episode were cut")
        one.finish_jobs()
        members = corpus.raters.filter(membership__user__username__startswith="annotator").order_by("pk")
        labelled = [label(rater) for rater in members]
        one.finish_jobs()
        seconds = time.monotonic() - began
    finally:
        one.crew.stop()
    failed = Job.objects.filter(state=Job.State.FAILED)
    return {
        "seconds": round(seconds, 1),
        "killed": one.killed,
        "attempts": sorted(job.attempt for job in Job.objects.filter(kind__in=[INGEST, CUT]) if job.attempt > 1),
        "imported": sorted(Episode.objects.filter(state=Episode.State.READY).values_list("title", flat=True)),
        "refused": [f"{job.args.get('media')}: {sentence(job.error_code, job.error_params)}" for job in failed],
        "lines": {
            each.title: Utterance.objects.filter(dialogue__episode=each).count() for each in Episode.objects.all()
        },
        "dialogues labelled": labelled,
        "answers": Annotation.objects.count(),
        "clips": {
            f"{clip.utterance.code} {clip.requested_start_ms}-{clip.requested_end_ms}": clip.file.sha256
            for clip in Clip.objects.select_related("utterance", "file")
        },
        "playable": {
            each.title: each.playable.sha256 for each in Episode.objects.exclude(playable=None) if each.playable
        },
        "stray files": stray_files(),
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), kills=sys.argv[2] == "2")))
