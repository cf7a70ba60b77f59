"""Submission and removal of episodes; `episode_ingest` imports them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.domain.media.clip_cutting import CUT
from corpus.domain.media.stored_files import drop_unused, incoming, receive
from corpus.domain.structure.archiving import require_writable
from corpus.models import Annotation, Corpus, Dialogue, Episode, MediaFile, Series
from corpus.rules.subtitles.cue_reading import MAX_BYTES, read_cues

INGEST = "corpus.ingest"  # kind of the job


@dataclass(frozen=True)
class SubmittedFile:
    """A file as submitted: its path, and its name for people, which is never used as a path."""

    path: Path
    name: str


def submit_episode(
    *,
    corpus: Corpus,
    series: str,
    media: SubmittedFile,
    subtitles: SubmittedFile | None = None,
    title: str = "",
    licence: str = "",
    has_laugh_track: bool = False,
    created_by: User | None = None,
    take: bool = False,
    here: bool = False,
) -> tuple[Episode, Job]:
    """Accept an episode and queue the job that imports it.

    Args:
        corpus: the corpus that receives the episode.
        series: name of the series, created if needed.
        media: the media file.
        subtitles: its subtitles; by default, those inside the media file are used.
        title: of the episode; by default the file name. A failed episode may be submitted again.
        licence: under which the media may be used.
        has_laugh_track: whether laughter was mixed into the audio.
        created_by: the person who acts.
        take: move the files instead of copying them.
        here: the caller runs the job itself, see `common.jobs.queue.enqueue`.

    Raises:
        Refused: `corpus.archived`, `episode.no_series`, `episode.same_title`, `disk.full`.
        SubtitleFault: the subtitles cannot be read (an early check; the job reads them again).
    """
    require_writable(corpus)
    series, title = " ".join(series.split())[:200], " ".join((title or Path(media.name).stem).split())[:200]
    if not series:
        raise Refused("episode.no_series")
    require_space(media.path.stat().st_size)  # for the playable file, in addition to the submitted one
    if subtitles:
        check_subtitles(subtitles)
    episode = Episode(title=title, licence=licence, has_laugh_track=has_laugh_track)
    files = {"media": media} | ({"subtitles": subtitles} if subtitles else {})
    try:
        for role, given in files.items():
            receive(given.path, f"{episode.public_id}.{role}", take=take)
        with transaction.atomic():
            episode.series = _room_for(corpus, series, title)
            episode.save(force_insert=True)
            job = enqueue(
                kind=INGEST,
                args={"episode": str(episode.public_id), **{role: given.name for role, given in files.items()}},
                scope=str(corpus.public_id),
                created_by=created_by,
                here=here,
            )
    except BaseException:
        drop_incoming(episode)
        raise
    return episode, job


def check_subtitles(given: SubmittedFile) -> None:
    """Check that subtitles can be read; raises as `read_cues` does."""
    with given.path.open("rb") as file:
        read_cues(file.read(MAX_BYTES + 1), given.name)


def drop_incoming(episode: Episode) -> None:
    """Remove the files that wait for an episode's job."""
    for path in incoming("").glob(f"{episode.public_id}.*"):
        path.unlink(missing_ok=True)


def _room_for(corpus: Corpus, name: str, title: str) -> Series:
    """Return the series, after removing a failed episode with this title."""
    series, _made = Series.objects.get_or_create(corpus=corpus, name=name)
    Series.objects.select_for_update().get(pk=series.pk)
    if same := series.episodes.filter(title=title).first():
        if same.state != Episode.State.FAILED or is_busy(same):
            raise Refused("episode.same_title", title=title, series=name)
        drop_incoming(same)
        same.delete()
    return series


@transaction.atomic
def remove_episode(*, episode: Episode) -> None:
    """Remove an episode with its drafts and files.

    Raises:
        Refused: `episode.has_ready` (one of its dialogues may have answers), `episode.busy` (its job is unfinished).
    """
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    answered = Annotation.objects.filter(utterance__dialogue__episode=episode)  # of utterances that were retired
    if episode.dialogues.exclude(state=Dialogue.State.DRAFT).exists() or answered.exists():
        raise Refused("episode.has_ready")
    if is_busy(episode):
        raise Refused("episode.busy")
    files = MediaFile.objects.filter(
        Q(pk__in=[episode.source_id, episode.subtitles_id, episode.playable_id, episode.peaks_id, episode.marks_id])
        | Q(clips__utterance__dialogue__episode=episode)
    ).distinct()
    kept = list(files)
    episode.delete()
    drop_unused(kept)
    drop_incoming(episode)


def series_in_use(*, corpus: Corpus) -> QuerySet[Series]:
    """Return the series with dialogues or with an episode that was not rejected, by name."""
    accepted = Episode.objects.filter(series=OuterRef("pk")).exclude(state=Episode.State.FAILED)
    dialogues = Dialogue.objects.filter(series=OuterRef("pk"))
    return Series.objects.filter(Exists(accepted) | Exists(dialogues), corpus=corpus).order_by("name")


def is_busy(episode: Episode) -> bool:
    """Return whether a job on the episode waits or runs."""
    return jobs_of([episode]).filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists()


def jobs_of(episodes: list[Episode]) -> QuerySet[Job]:
    """Return the jobs that import these episodes or cut their clips, oldest first."""
    ids = [str(episode.public_id) for episode in episodes]
    return Job.objects.filter(kind__in=[INGEST, CUT], args__episode__in=ids).order_by("created_at", "pk")
