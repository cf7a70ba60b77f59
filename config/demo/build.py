"""The demo corpus: two episodes, three annotators, a report and a release.

All steps use the domain functions of the pages and the running worker. Steps that an earlier, interrupted start of
`make run` has completed are skipped.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db.models import QuerySet
from django.utils import timezone

from agreement.domain.reports import request_report
from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment
from common.errors import sentence
from common.jobs.queue import retry
from common.models import Job, User
from config.setup.first_run import ANNOTATORS
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.domain.ingest.episodes import SubmittedFile, jobs_of, submit_episode
from corpus.domain.people.members import add_member
from corpus.domain.structure.corpora import create_corpus
from corpus.domain.structure.draft_dialogues import declare_all_ready
from corpus.models import Corpus, Dialogue, Episode, Membership, Rater, Utterance
from export.domain.datasheet import answer_datasheet, datasheet_answers
from export.domain.options import Options
from export.domain.releases import request_release

FOLDER = Path(__file__).parent
SLUG, SERIES, CODEBOOK = "demo", "合租", "affect-dialogue"
TITLES = {"pudding": "第一集 谁动了布丁", "blackout": "第二集 停电"}
QUESTIONS = ("sentiment", "emotion", "sarcasm", "humor", "emotion_sentiment", "sarcasm_humor")
LEFT_OPEN = 1  # dialogues left for the user to label
WAIT_SECONDS = 300
Write = Callable[[str], None]


class DemoFailed(Exception):  # noqa: N818 -- reads as a sentence
    """A job of the demo failed; `str()` is the error."""


def make_demo(*, manager: User, write: Write) -> Corpus:
    """Create the demo corpus, or its missing parts.

    Args:
        manager: its owner; must be allowed to create corpora.
        write: prints a line about each step.

    Raises:
        DemoFailed: a job failed, or no worker took it within five minutes.
        Refused: a step was refused, for example `disk.full`.
    """
    corpus = _corpus(manager)
    episodes = []
    for name in TITLES:
        write(f"importing {name}")
        episodes.append(_import_episode(corpus, name, manager))
    write("cutting clips")
    _wait(jobs_of(episodes))
    labels = _labels(corpus)
    for rater in Rater.objects.filter(corpus=corpus, membership__user__username__in=ANNOTATORS).order_by("slug"):
        write(f"labelling as {rater.slug}")
        _label(rater, labels)
    jobs: list[int | None] = []
    if not corpus.reports.exists():
        write("measuring agreement")
        jobs.append(request_report(corpus=corpus, requested_by=manager).job_id)
    if not datasheet_answers(corpus):
        answers = yaml.safe_load((FOLDER / "datasheet.yaml").read_text(encoding="utf-8"))
        answer_datasheet(corpus=corpus, answers=answers, answered_by=manager)
    if not corpus.releases.exists():
        write("making a release")
        options = Options(ratios=(60, 20, 20))
        jobs.append(request_release(corpus=corpus, name="demo-1", options=options, requested_by=manager).job_id)
    _wait(Job.objects.filter(pk__in=[job for job in jobs if job is not None]))
    return corpus


def _corpus(manager: User) -> Corpus:
    corpus = Corpus.objects.filter(slug=SLUG).first()
    if corpus is None:
        corpus = create_corpus(title="Demo · 合租", slug=SLUG, created_by=manager)
    if corpus.codebook is None:
        adopt(corpus=corpus, name=CODEBOOK, created_by=manager)
    known = set(corpus.memberships.values_list("user__username", flat=True))
    for person in User.objects.filter(username__in=set(ANNOTATORS) - known).order_by("username"):
        add_member(corpus=corpus, user=person, roles=[Membership.Role.ANNOTATOR])
    corpus.refresh_from_db()
    return corpus


def _import_episode(corpus: Corpus, name: str, manager: User) -> Episode:
    """Import an episode of the demo; one that failed in an earlier start is submitted again."""
    known = Episode.objects.filter(series__corpus=corpus, series__name=SERIES, title=TITLES[name])
    episode = known.exclude(state=Episode.State.FAILED).first()
    if episode is None:
        episode, _job = submit_episode(
            corpus=corpus,
            series=SERIES,
            title=TITLES[name],
            media=SubmittedFile(FOLDER / f"{name}.mp4", f"{name}.mp4"),
            subtitles=SubmittedFile(FOLDER / f"{name}.srt", f"{name}.srt"),
            licence="GPL-3.0-or-later",
            created_by=manager,
        )
    for job in jobs_of([episode]).filter(state=Job.State.FAILED):
        retry(job=job)
    _wait(jobs_of([episode]))
    declare_all_ready(episode=episode)
    return episode


def _wait(jobs: QuerySet[Job]) -> None:
    """Wait until all of these jobs, none of which is somebody else's, have ended."""
    deadline = time.monotonic() + WAIT_SECONDS
    while jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        if time.monotonic() > deadline:
            raise DemoFailed(f"the worker did not finish the jobs of the demo within {WAIT_SECONDS} s")
        time.sleep(0.2)
    for job in jobs.filter(state=Job.State.FAILED):
        raise DemoFailed(f"{job.kind}: {sentence(job.error_code, job.error_params)}")


def _labels(corpus: Corpus) -> dict[int, list[str]]:
    """Return the answers of the annotators by primary key of the utterance."""
    written = yaml.safe_load((FOLDER / "labels.yaml").read_text(encoding="utf-8"))
    labels: dict[int, list[str]] = {}
    for name, title in TITLES.items():
        utterances = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__episode__title=title).order_by(
            "start_ms"
        )
        labels |= dict(zip(utterances.values_list("pk", flat=True), written[name], strict=True))
    return labels


def _label(rater: Rater, labels: dict[int, list[str]]) -> None:
    """Label as an annotator: claim, apply operations and finish, as the labelling page does."""
    wanted = Dialogue.objects.filter(corpus=rater.corpus).count() - LEFT_OPEN
    done = Assignment.objects.filter(rater=rater, state=Assignment.State.DONE)
    assert rater.membership is not None  # noqa: S101 -- the rater of a member
    place = ANNOTATORS.index(rater.membership.user.username)
    while done.count() < wanted and (assignment := claim(rater=rater, now=timezone.now())):
        apply_operations(
            assignment=assignment,
            token=assignment.token,
            author=rater.membership.user,
            operations=list(_operations(assignment, labels, place)),
            now=timezone.now(),
        )
        finish(assignment=assignment, token=assignment.token, now=timezone.now())


def _operations(assignment: Assignment, labels: dict[int, list[str]], place: int) -> Iterator[Operation]:
    pace = random.Random(f"{assignment.dialogue.code} {place}")  # noqa: S311 -- not secret
    for utterance in unlabelled(assignment).order_by("order"):
        played_ms = (utterance.end_ms or 0) - (utterance.start_ms or 0)
        yield Operation(
            id=uuid.uuid4(),
            kind="commit",
            utterance=utterance.public_id,
            answers=_answers(labels[utterance.pk][place]),
            active_ms=played_ms + pace.randint(1500, 9000),
            played_ms=played_ms,
        )


def _answers(profile: str) -> dict[str, Any]:
    """Turn "negative anger no no 2 -" into answers."""
    values = dict(zip(QUESTIONS, profile.split(), strict=True))
    return {
        slug: "not_applicable" if value == "-" else int(value) if "_" in slug else value
        for slug, value in values.items()
    }
