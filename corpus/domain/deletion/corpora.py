"""Deletion of a corpus for good: with its material, all answers with their revisions, reports, releases and files.

`request_deletion` makes the corpus read-only and closes it to everybody; from then on nothing can be written to it. A
job removes its rows in small transactions, children first, then its files, and the corpus with the last one. Killed in
between, the corpus is still marked, and the next attempt of the job continues; nobody sees half a corpus.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from common.errors import Refused
from common.jobs.queue import UNFINISHED, enqueue, retry
from common.jobs.run import JobRun
from common.models import Job, User
from corpus.domain.deletion import consequences
from corpus.domain.deletion.record import record
from corpus.domain.deletion.removal import Removal, deletion_permit
from corpus.domain.ingest.episodes import drop_incoming
from corpus.models import Corpus, Deletion, Episode, Import, MediaFile

KIND = "corpus.delete"
PASSES = 3  # a row that was being written while the corpus was closed is found by the next pass


def request_deletion(*, corpus: Corpus, typed: str, requested_by: User, now: datetime, here: bool = False) -> Job:
    """Close a corpus and queue the job that deletes it for good; if there is one, continue with that.

    Other jobs of the corpus are stopped: a waiting one does not begin, and a running one can write nothing any more.

    Args:
        corpus: the corpus.
        typed: its short name, as the person typed it.
        requested_by: a manager, who sees the progress of the job.
        now: the moment.
        here: the caller runs the job itself, see `common.jobs.queue.enqueue`.

    Raises:
        Refused: `corpus.name_not_typed`.
    """
    if typed.strip() != corpus.slug:
        raise Refused("corpus.name_not_typed", name=corpus.slug)
    if (earlier := deletion_job(corpus)) is not None:
        if earlier.state == Job.State.FAILED:
            retry(job=earlier)
        return earlier
    counts = consequences.of_corpus(corpus).as_document()
    scope = str(corpus.public_id)
    with deletion_permit(corpus):
        locked = Corpus.objects.select_for_update().get(pk=corpus.pk)
        locked.archived_at = locked.archived_at or now
        locked.deletion_requested_at = now
        locked.save(update_fields=["archived_at", "deletion_requested_at"])
        Job.objects.filter(scope=scope, state__in=UNFINISHED).update(
            state=Job.State.FAILED, lease_until=None, ended_at=now, error_code="corpus.being_deleted", error_params={}
        )
        # without a scope: those who may see the corpus's jobs go with it, but whoever created this one sees it
        args = {"corpus": scope, "counts": counts, "requested_at": now.isoformat()}
        return enqueue(kind=KIND, args=args, key=f"{KIND}:{scope}", created_by=requested_by, here=here)


def deletion_job(corpus: Corpus) -> Job | None:
    """Return the job that deletes a corpus, if its deletion was requested."""
    return Job.objects.filter(kind=KIND, key=f"{KIND}:{corpus.public_id}").order_by("-pk").first()


def delete_corpus(*, run: JobRun, corpus: str, counts: dict[str, int], requested_at: str) -> dict[str, int]:
    """Run the job of `request_deletion`, which may have been killed at any point before.

    Args:
        run: the attempt.
        corpus: public id.
        counts: of rows and bytes when the deletion was requested.
        requested_at: in ISO format.

    Returns:
        `counts`.

    Raises:
        Refused: `corpus.not_marked`, nobody requested its deletion.
    """
    row = Corpus.objects.filter(public_id=corpus).first()
    if row is None:
        return counts  # an earlier attempt was killed after its last transaction
    if row.deletion_requested_at is None:
        raise Refused("corpus.not_marked", slug=row.slug)
    done, total = 0, counts["rows"]
    run.progress(done, total, "deleting_rows")
    _remove_files_elsewhere(row)
    with deletion_permit(row):
        Corpus.objects.filter(pk=row.pk).update(codebook=None, guideline=None)
    for deleted in _rows(row):
        done += deleted
        run.progress(min(done, total), total, "deleting_rows")
    run.progress(0, 1, "deleting_files")
    _remove_folder(Path(settings.MEDIA_ROOT) / corpus)
    _remove_folder(Path(settings.CACHE_DIR) / corpus)
    with run.finishing(), deletion_permit(row):
        Job.objects.filter(scope=corpus).delete()
        Removal(Corpus, row.pk).all_at_once()
        name = f"{row.slug} · {row.title}"
        record(run.job, Deletion.Kind.CORPUS, corpus=row, name=name, counts=counts, requested_at=requested_at)
    return counts


def _rows(corpus: Corpus) -> Iterator[int]:
    for number in range(1, PASSES + 1):
        try:
            yield from Removal(Corpus, corpus.pk).chunks(corpus)
        except IntegrityError:
            if number == PASSES:
                raise
        else:
            return


def _remove_files_elsewhere(corpus: Corpus) -> None:
    """Remove uploads that wait for a job, and files outside the corpus's folder; they are found by its rows."""
    for episode in Episode.objects.filter(series__corpus=corpus):
        drop_incoming(episode)
    for imported in Import.objects.filter(corpus=corpus):
        shutil.rmtree(Path(settings.WORK_DIR) / "imports" / str(imported.public_id), ignore_errors=True)
        (Path(settings.CONCORD_HOME) / "reports" / f"import-{imported.public_id}.csv").unlink(missing_ok=True)
    for file in MediaFile.objects.filter(corpus=corpus).exclude(name__startswith=f"{corpus.public_id}/"):
        file.path.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    """Remove the folder of the corpus's stored files; no other corpus has files there."""
    if folder.is_dir():
        shutil.rmtree(folder)
