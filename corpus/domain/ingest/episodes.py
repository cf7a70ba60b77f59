"""Submission and removal of episodes; `episode_ingest` imports them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.cue_reading import MAX_BYTES, read_subtitles, unknown_encoding
from corpus.rules.subtitles.formats.rttm import first_other, is_rttm
from corpus.rules.subtitles.formats.tracks import join_tracks
from corpus.rules.subtitles.options import Options, from_document
from corpus.rules.text_encodings import detect

# kinds of jobs
INGEST = "corpus.ingest"
JOIN = "corpus.join_clips"  # of an imported episode, see corpus.domain.imports.source_clips
EXTRACT = "corpus.extract_subtitles"


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
    options: Options | None = None,
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
        options: of the reader of subtitles, kept for the next episode of the series; by default those of the series.
        take: move the files instead of copying them.
        here: the caller runs the job itself, see `common.jobs.queue.enqueue`.

    Raises:
        Refused: `corpus.archived`, `episode.no_series`, `episode.same_title`, `disk.full`.
        SubtitleFault: the subtitles cannot be read (an early check; the job reads them again).
    """
    episode = _accept(
        corpus, series, media, subtitles, title=title, options=options, take=take,
        fields={"licence": licence, "has_laugh_track": has_laugh_track}, must_read=True,
    )  # fmt: skip
    try:
        return episode, begin_import(episode=episode, options=options, created_by=created_by, here=here)
    except BaseException:
        drop_incoming(episode)
        raise


def hold_episode(
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
) -> Episode:
    """Accept an episode whose import waits until a manager has seen the preview; arguments as of `submit_episode`.

    If the subtitles are inside the container, a job takes them out.

    Raises:
        Refused: as `submit_episode`. Subtitles that cannot be read are accepted if a person can choose the encoding.
    """
    fields = {"licence": licence, "has_laugh_track": has_laugh_track}
    episode = _accept(
        corpus, series, media, subtitles, title=title, options=None, take=take, fields=fields, must_read=False
    )
    if subtitles is None:
        args, scope = {"episode": str(episode.public_id)}, str(corpus.public_id)
        enqueue(kind=EXTRACT, args=args, scope=scope, created_by=created_by)
    return episode


@transaction.atomic
def begin_import(
    *, episode: Episode, options: Options | None = None, created_by: User | None = None, here: bool = False
) -> Job:
    """Queue the job that imports an accepted episode.

    Args:
        episode: accepted.
        options: of the reader of subtitles, kept for the series' next episode, too; None leaves those of the episode.
        created_by: the person who acts.
        here: the caller runs the job itself.

    Raises:
        Refused: `corpus.archived`, `episode.busy`, `episode.imported`.
    """
    episode = Episode.objects.select_for_update(of=("self",)).select_related("series__corpus").get(pk=episode.pk)
    require_writable(episode.series.corpus)
    if episode.state not in {Episode.State.PREVIEW, Episode.State.NEW}:
        raise Refused("episode.imported")
    if is_busy(episode):
        raise Refused("episode.busy")
    if options is not None:
        keep_options(episode=episode, options=options)
    episode.state = Episode.State.NEW
    episode.save(update_fields=["state", "subtitle_options"])
    args = {"episode": str(episode.public_id), **episode.file_names}
    scope = str(episode.series.corpus.public_id)
    return enqueue(kind=INGEST, args=args, scope=scope, created_by=created_by, here=here)


def keep_options(*, episode: Episode, options: Options) -> None:
    """Set the options of an episode, which the caller saves, and keep them for the series' next episode."""
    episode.subtitle_options = options.as_document()
    Series.objects.filter(pk=episode.series_id).update(subtitle_options=options.for_next_episode().as_document())


def _accept(
    corpus: Corpus,
    series: str,
    media: SubmittedFile,
    subtitles: SubmittedFile | None,
    *,
    title: str,
    options: Options | None,
    take: bool,
    fields: dict[str, Any],
    must_read: bool,
) -> Episode:
    """Check and store the files, and write the row of the episode."""
    require_writable(corpus)
    series, title = " ".join(series.split())[:200], " ".join((title or Path(media.name).stem).split())[:200]
    if not series:
        raise Refused("episode.no_series")
    require_space(media.path.stat().st_size)  # for the playable file, in addition to the submitted one
    if options is None:
        options = options_of_series(corpus, series)
    if subtitles:
        check_subtitles(subtitles, options, must_read=must_read)
    files = {"media": media} | ({"subtitles": subtitles} if subtitles else {})
    state = Episode.State.NEW if must_read else Episode.State.PREVIEW
    names = {role: given.name for role, given in files.items()}
    episode = Episode(title=title, state=state, file_names=names, subtitle_options=options.as_document(), **fields)
    try:
        for role, given in files.items():
            receive(given.path, f"{episode.public_id}.{role}", take=take)
        with transaction.atomic():
            episode.series = _room_for(corpus, series, title)
            episode.save(force_insert=True)
    except BaseException:
        drop_incoming(episode)
        raise
    return episode


def options_of_series(corpus: Corpus, name: str) -> Options:
    """Return the options that the next episode of a series begins with."""
    kept = Series.objects.filter(corpus=corpus, name=name).values_list("subtitle_options", flat=True).first()
    return from_document(kept or {})


def with_speakers(subtitles: SubmittedFile, speakers: SubmittedFile, folder: Path) -> SubmittedFile:
    """Return subtitles joined with the speakers of a diarization (RTTM), as one file.

    Args:
        subtitles: of the episode.
        speakers: RTTM.
        folder: that receives the file.

    Raises:
        SubtitleFault: `subtitles.encoding` (of either file), `subtitles.no_rttm`.
    """
    texts = []
    for given in (subtitles, speakers):
        with given.path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        decoded = detect(data)
        if decoded is None:
            raise unknown_encoding(data, given.name)
        texts.append(decoded.text)
    if not is_rttm(texts[1]):
        line, text = first_other(texts[1])
        raise SubtitleFault("subtitles.no_rttm", name=speakers.name, line=line, text=text[:60])
    joined = folder / f"{uuid.uuid4()}.upload-joined"
    joined.parent.mkdir(parents=True, exist_ok=True)
    joined.write_text(join_tracks([("subtitles", texts[0]), ("speakers", texts[1])]), encoding="utf-8")
    return SubmittedFile(joined, subtitles.name)


def check_subtitles(given: SubmittedFile, options: Options, *, must_read: bool) -> None:
    """Check that subtitles can be read; raises as `read_subtitles` does.

    Args:
        given: the submitted file.
        options: of the reader.
        must_read: refuse also what a person can mend in the preview: the encoding, and rules that leave nothing.
    """
    with given.path.open("rb") as file:
        try:
            read_subtitles(file.read(MAX_BYTES + 1), given.name, options)
        except SubtitleFault as fault:
            if must_read or fault.code not in {"subtitles.encoding", "subtitles.empty"}:
                raise


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
    """Return the jobs that import these episodes, read their subtitles or cut their clips, oldest first."""
    ids = [str(episode.public_id) for episode in episodes]
    return Job.objects.filter(kind__in=[INGEST, JOIN, EXTRACT, CUT], args__episode__in=ids).order_by("created_at", "pk")
