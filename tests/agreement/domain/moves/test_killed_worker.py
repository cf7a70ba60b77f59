"""A worker that is killed in the middle of a move, and the worker after it, on a real database."""

import os
import signal
import time
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from agreement.domain.moves import running
from agreement.domain.moves.requests import draft_move, start_move, undo_move
from common.jobs.queue import execute
from common.jobs.sweep import sweep_once
from common.models import Job
from corpus.models import Annotation, AnswerMove, Corpus, Revision
from corpus.rules.moves import completed
from tests.agreement.material import judged, put_in_use

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
NOW = timezone.now()
RENAMED = ("[negative, neutral, positive]", "[bad, neutral, positive]")
MAPPING = {"questions": {"sentiment": {"answers": {"negative": "bad"}}}}
DIALOGUES = 36


def drafted() -> AnswerMove:
    """Return a draft for a corpus of two members."""
    corpus = judged({"a": "+0-++0" * (DIALOGUES // 6), "b": "+-0+0-" * (DIALOGUES // 6)})
    for each in Annotation.objects.filter(revisions__isnull=True):
        Revision.objects.create(
            annotation=each, number=each.number, cause="commit", answers=each.answers, codebook=each.codebook
        )
    old = corpus.codebook
    assert old
    new = put_in_use(corpus, *RENAMED)
    Corpus.objects.filter(pk=corpus.pk).update(codebook=old)
    mapping = completed(old.rules(), new.rules(), MAPPING)
    return draft_move(corpus=Corpus.objects.get(pk=corpus.pk), old=old, new=new, mapping=mapping, here=True)


def kill_within(job: Job, move: AnswerMove) -> int:
    """Start a worker, kill it once it has moved some dialogues, and return how many it has not reached."""
    connection.close()  # a process that is forked with a connection open would share it
    child = get_context("fork").Process(target=execute, args=(str(job.public_id),), daemon=True)
    child.start()
    end = time.monotonic() + 60
    while AnswerMove.objects.values_list("position", flat=True).get(pk=move.pk) == 0:
        assert time.monotonic() < end
        assert child.is_alive()
        time.sleep(0.002)
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    position = AnswerMove.objects.values_list("position", flat=True).get(pk=move.pk)
    return move.corpus.dialogues.filter(pk__gt=position).count()


def sweep(job: Job) -> None:
    """Let the lease of the dead worker end; run what the sweep queues again."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep_once()
    job.refresh_from_db()
    assert job.state == "queued"
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("done", "")


def everything(move: AnswerMove) -> tuple[Any, ...]:
    """Return all answers with their revisions, without keys and times."""
    move.refresh_from_db()
    own = Annotation.objects.filter(rater__corpus=move.corpus)
    order = ("utterance__dialogue__order", "utterance__order", "rater__slug")
    heads = own.order_by(*order).values_list("codebook__version", "answers", "codes", "number")
    past = Revision.objects.filter(annotation__in=own).order_by(*(f"annotation__{each}" for each in order), "number")
    revisions = past.values_list("number", "cause", "answers", "codebook__version", "moved_from")
    return (
        [(*rest, bytes(codes or b""), number) for *rest, codes, number in heads],
        list(revisions),
        move.counts,
        move.state,
    )


def test_a_move_and_its_undoing_resume_after_kill_9_and_end_as_if_nothing_had_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "MOST", 2)
    monkeypatch.setattr(running, "PAUSE", {"sqlite": 1.0, "postgresql": 1.0})
    whole, killed = drafted(), drafted()
    execute(str(start_move(move=whole, started_by=None, now=NOW, here=True).public_id))
    job = start_move(move=killed, started_by=None, now=NOW, here=True)
    assert kill_within(job, killed) > DIALOGUES // 2
    assert AnswerMove.objects.get(pk=killed.pk).state == "moving"
    sweep(job)
    assert everything(killed) == everything(whole)
    assert killed.counts["moved"] == 2 * DIALOGUES
    execute(str(undo_move(move=whole, undone_by=None, now=NOW, here=True).public_id))
    job = undo_move(move=killed, undone_by=None, now=NOW, here=True)
    assert kill_within(job, killed) > DIALOGUES // 2
    sweep(job)
    assert everything(killed) == everything(whole)
    assert killed.undone_counts == whole.undone_counts
