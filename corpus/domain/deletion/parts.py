"""Deletion of a series or an episode for good, with all answers to its dialogues.

Its dialogues are excluded at once: nobody gets them any more, and no figure or release counts them. A job then deletes
them, a few in each transaction and each one completely, then the rest. Releases and reports stay as they are: they have
data of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from common.errors import Refused
from common.jobs.queue import enqueue, handlers
from common.jobs.run import JobRun
from common.models import Job, User
from corpus.domain.deletion import consequences
from corpus.domain.deletion.record import record
from corpus.domain.deletion.removal import Removal, deletion_permit
from corpus.domain.findings import DETECT, queue_detection
from corpus.domain.ingest.episodes import drop_incoming, is_busy
from corpus.domain.media.stored_files import drop_unused
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus, Deletion, Dialogue, Episode, MediaFile, Series

KIND = "corpus.delete_part"
AT_ONCE = 10  # dialogues of one transaction
TRIES = 5  # of a transaction in which an annotator saved an answer to the same dialogue


def request_part_deletion(
    *, part: Series | Episode, typed: str, requested_by: User, now: datetime, here: bool = False
) -> Job:
    """Exclude the dialogues of a series or an episode, and queue the job that deletes it for good.

    Args:
        part: the series or episode.
        typed: its name or title, as the person typed it.
        requested_by: a manager.
        now: the moment.
        here: the caller runs the job itself, see `common.jobs.queue.enqueue`.

    Raises:
        Refused: `corpus.name_not_typed`, `corpus.archived`; `episode.busy`, a job on one of its episodes is unfinished.
    """
    name = name_of(part)
    if " ".join(typed.split()) != name:
        raise Refused("corpus.name_not_typed", name=name)
    with transaction.atomic():
        corpus = _corpus(part)
        require_writable(corpus)
        episodes = list(Episode.objects.select_for_update(of=("self",)).filter(pk__in=_episodes(part)))
        if any(is_busy(episode) for episode in episodes):
            raise Refused("episode.busy")
        counts = consequences.of_part(part).as_document()
        _dialogues(part).filter(state=Dialogue.State.READY).update(state=Dialogue.State.EXCLUDED)
        kind = Deletion.Kind.EPISODE if isinstance(part, Episode) else Deletion.Kind.SERIES
        args = {"part": kind.value, "public_id": str(part.public_id), "counts": counts, "requested_at": now.isoformat()}
        scope = str(corpus.public_id)
        return enqueue(
            kind=KIND, args=args, scope=scope, key=f"{KIND}:{part.public_id}", created_by=requested_by, here=here
        )


def delete_part(*, run: JobRun, part: str, public_id: str, counts: dict[str, int], requested_at: str) -> dict[str, int]:
    """Run the job of `request_part_deletion`, which may have been killed at any point before.

    Args:
        run: the attempt.
        part: a `Deletion.Kind`.
        public_id: of the series or episode.
        counts: of rows and bytes when the deletion was requested.
        requested_at: in ISO format.

    Returns:
        `counts`.

    Raises:
        Refused: `corpus.archived`.
    """
    model: type[Series] | type[Episode] = Episode if part == Deletion.Kind.EPISODE else Series
    row = model.objects.filter(public_id=public_id).first()
    if row is None:
        return counts  # an earlier attempt was killed after its last transaction
    corpus = _corpus(row)
    total, done = counts["dialogues"], 0
    while keys := list(_dialogues(row).order_by("order").values_list("pk", flat=True)[:AT_ONCE]):
        run.progress(min(done, total), total, "deleting_dialogues")
        require_writable(Corpus.objects.get(pk=corpus.pk))
        _repeated(lambda keys=keys: _delete_dialogues(corpus, keys))  # type: ignore[misc]
        done += len(keys)
    _repeated(lambda: _finish(run, row, corpus, counts, requested_at))
    return counts


def name_of(part: Series | Episode) -> str:
    """Return the name of a series or the title of an episode, in one line."""
    return " ".join((part.title if isinstance(part, Episode) else part.name).split())


def _delete_dialogues(corpus: Corpus, keys: list[int]) -> None:
    with deletion_permit(corpus):
        clips = list(MediaFile.objects.filter(clips__utterance__dialogue__in=keys).distinct())
        for key in keys:
            Removal(Dialogue, key).all_at_once()
        drop_unused(clips)


def _finish(run: JobRun, row: Series | Episode, corpus: Corpus, counts: dict[str, int], requested_at: str) -> None:
    kind = Deletion.Kind.EPISODE if isinstance(row, Episode) else Deletion.Kind.SERIES
    name = str(row)
    episodes = list(Episode.objects.filter(pk__in=_episodes(row)))
    files = consequences.files_of(row)
    with run.finishing(), deletion_permit(corpus):
        Removal(type(row), row.pk).all_at_once()
        drop_unused(list(MediaFile.objects.filter(pk__in=files)))
        record(run.job, kind, corpus=corpus, name=name, counts=counts, requested_at=requested_at)
        if DETECT in handlers():
            queue_detection(corpus)  # a finding about deleted material ends
    for episode in episodes:
        drop_incoming(episode)
    # it is made again without the texts that were deleted
    shutil.rmtree(Path(settings.CACHE_DIR) / str(corpus.public_id), ignore_errors=True)


def _repeated(work: Callable[[], None]) -> None:
    """Do a transaction again if an annotator saved something below the rows that it deletes; it then sees that."""
    for number in range(1, TRIES + 1):
        try:
            return work()
        except IntegrityError:
            if number == TRIES:
                raise
    return None


def _corpus(part: Series | Episode) -> Corpus:
    series = part.series if isinstance(part, Episode) else part
    return Corpus.objects.get(pk=series.corpus_id)


def _episodes(part: Series | Episode) -> list[int]:
    return [part.pk] if isinstance(part, Episode) else list(part.episodes.values_list("pk", flat=True))


def _dialogues(part: Series | Episode) -> QuerySet[Dialogue]:
    return Dialogue.with_retired.filter(**{"episode" if isinstance(part, Episode) else "series": part})
