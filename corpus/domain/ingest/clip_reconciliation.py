"""The comparison of utterances with clips in both directions, and its two repairs: cutting and deleting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from common.models import Job
from corpus.domain.media.clip_cutting import CUT, missing_clips, order_clips
from corpus.domain.media.stored_files import drop_unused
from corpus.domain.structure.archiving import require_writable
from corpus.media.cut.clips import STANDARD
from corpus.models import Clip, Corpus, Dialogue, Episode, MediaFile, Screening, Utterance

SETTLED_SECONDS = 3600  # younger files without a row may belong to a transaction that is not committed yet
PENDING, FAILED, STALE, LOST, UNORDERED = "pending", "failed", "stale", "lost", "unordered"
MOVED, NOT_READY, UNUSED, UNKNOWN = "moved", "not_ready", "unused", "unknown"


@dataclass(frozen=True, slots=True)
class Lacking:
    """A ready utterance without a clip of its present times.

    `reason`: a job will cut it (`pending`), the last job could not (`failed`), its only clip has other times
    (`stale`), the file of its clip is gone (`lost`), or no job was asked to (`unordered`).
    """

    utterance: Utterance
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A clip, or its file, without an utterance that needs it.

    `reason`: the times of the utterance have changed (`moved`), its dialogue is a draft or was retired (`not_ready`),
    no clip has the file (`unused`), or no row names it (`unknown`).
    """

    reason: str
    name: str
    size: int
    clip: Clip | None = None
    file: MediaFile | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both directions of the comparison; `expected` utterances should have a clip."""

    expected: int
    lacking: tuple[Lacking, ...]
    left_over: tuple[LeftOver, ...]


def reconcile(*, corpus: Corpus, episode: Episode | None = None) -> Reconciliation:
    """Compare the ready utterances of a corpus with its clips.

    Args:
        corpus: the corpus.
        episode: compare only its utterances and clips; files that belong to none are then left out.
    """
    return _compared(corpus, episode)[0]


def _compared(corpus: Corpus, episode: Episode | None) -> tuple[Reconciliation, list[Clip]]:
    """Return the comparison, and the clips whose file is gone."""
    dialogues, stored = _ready(corpus, episode), _stored_files(corpus)
    wanted = Utterance.objects.filter(dialogue__in=dialogues, start_ms__isnull=False)
    lost = _lost(corpus, episode, stored)
    of_lost = {clip.utterance_id: clip.utterance for clip in lost}
    lacking = missing_clips(map(str, dialogues.values_list("public_id", flat=True)), STANDARD.name)
    lacking += of_lost.values()
    reasons = _reasons(corpus, lacking, set(of_lost))
    rows = tuple(Lacking(each, reasons[each.pk]) for each in sorted(lacking, key=lambda each: each.code))
    left_over = [*_unneeded_clips(corpus, episode), *([] if episode else _files_of_nobody(corpus, stored))]
    return Reconciliation(wanted.count(), rows, tuple(left_over)), lost


@transaction.atomic
def cut_again(*, corpus: Corpus, episode: Episode | None = None) -> int:
    """Order all clips that are lacking and that no job is going to cut; return the number of utterances.

    Args:
        corpus: the corpus.
        episode: only its clips.

    Raises:
        Refused: `corpus.archived`.
    """
    require_writable(corpus)
    found, lost = _compared(corpus, episode)
    rows = [each for each in found.lacking if each.reason != PENDING]
    files = [clip.file for clip in lost]
    Clip.objects.filter(file__in=files).delete()  # others may share the file
    drop_unused(files)
    keys = {each.utterance.dialogue_id for each in rows}
    order_clips(dialogues=Dialogue.objects.filter(pk__in=keys).select_related("corpus", "episode"))
    return len(rows)


@transaction.atomic
def delete_left_over(*, corpus: Corpus, episode: Episode | None = None) -> int:
    """Delete the clips and files that no utterance needs; return their number.

    Args:
        corpus: the corpus.
        episode: only its clips.

    Raises:
        Refused: `corpus.archived`.
    """
    require_writable(corpus)
    rows = reconcile(corpus=corpus, episode=episode).left_over
    Clip.objects.filter(pk__in=[each.clip.pk for each in rows if each.clip]).delete()
    files = {each.file.pk: each.file for each in rows if each.file}
    drop_unused(list(files.values()))
    unknown = [each.name for each in rows if each.reason == UNKNOWN]

    def remove() -> None:
        for name in unknown:
            (Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)

    transaction.on_commit(remove)
    return len(rows)


def _ready(corpus: Corpus, episode: Episode | None) -> QuerySet[Dialogue]:
    """Return the dialogues that need clips: also excluded ones, but no drafts that were screened out."""
    states = [Dialogue.State.READY, Dialogue.State.EXCLUDED]
    drafts = Screening.objects.filter(
        dialogue=OuterRef("pk"), is_current=True, is_in=False, state_if_in=Dialogue.State.DRAFT
    )
    found = Dialogue.objects.filter(~Exists(drafts), corpus=corpus, state__in=states, episode__playable__isnull=False)
    return found.filter(episode=episode) if episode else found


def _clips(corpus: Corpus, episode: Episode | None) -> QuerySet[Clip]:
    found = Clip.objects.filter(file__corpus=corpus).select_related("file", "utterance__dialogue__episode")
    return found.filter(utterance__dialogue__episode=episode) if episode else found


def _lost(corpus: Corpus, episode: Episode | None, stored: dict[str, Path]) -> list[Clip]:
    """Return the present clips of ready utterances whose file does not exist."""
    current = _clips(corpus, episode).filter(
        utterance__dialogue__in=_ready(corpus, episode),
        requested_start_ms=F("utterance__start_ms"),
        requested_end_ms=F("utterance__end_ms"),
    )
    return [clip for clip in current if clip.file.name not in stored]


def _stored_files(corpus: Corpus) -> dict[str, Path]:
    """Return the files in the folder of clips by their names in the store."""
    root = Path(settings.MEDIA_ROOT)
    folder = root / str(corpus.public_id) / MediaFile.Kind.CLIP
    return {path.relative_to(root).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def _reasons(corpus: Corpus, lacking: list[Utterance], lost: set[int]) -> dict[int, str]:
    """Return utterance -> reason. The newest job that was to cut a dialogue decides between pending and failed."""
    states: dict[str, str] = {}
    for job in Job.objects.filter(kind=CUT, scope=str(corpus.public_id)).order_by("pk"):
        states |= dict.fromkeys(job.args["dialogues"], job.state)
    old = set(Clip.objects.filter(utterance__in=lacking).values_list("utterance", flat=True))

    def reason(one: Utterance) -> str:
        state = states.get(str(one.dialogue.public_id))
        if state in {Job.State.QUEUED, Job.State.RUNNING}:
            return PENDING
        if one.pk in lost:
            return LOST
        if one.pk in old:
            return STALE
        return FAILED if state == Job.State.FAILED else UNORDERED

    return {one.pk: reason(one) for one in lacking}


def _unneeded_clips(corpus: Corpus, episode: Episode | None) -> list[LeftOver]:
    ready = [Dialogue.State.READY, Dialogue.State.EXCLUDED, Dialogue.State.HIDDEN]
    present = Q(requested_start_ms=F("utterance__start_ms"), requested_end_ms=F("utterance__end_ms"))
    unneeded = (
        _clips(corpus, episode).exclude(present, utterance__dialogue__state__in=ready).order_by("utterance__code")
    )
    return [
        LeftOver(
            MOVED if clip.utterance.dialogue.state in ready else NOT_READY,
            clip.file.name,
            clip.file.size,
            clip=clip,
            file=clip.file,
        )
        for clip in unneeded
    ]


def _files_of_nobody(corpus: Corpus, stored: dict[str, Path]) -> list[LeftOver]:
    """Return the files of clips that no clip has, and those that no row names."""
    rows = MediaFile.objects.filter(corpus=corpus, kind=MediaFile.Kind.CLIP)
    unused = [LeftOver(UNUSED, row.name, row.size, file=row) for row in rows.filter(clips=None).order_by("name")]
    known = set(rows.values_list("name", flat=True))
    oldest = time.time() - SETTLED_SECONDS
    unknown = []
    for name, path in sorted(stored.items()):
        found = path.stat()
        if name not in known and found.st_mtime < oldest:
            unknown.append(LeftOver(UNKNOWN, name, found.st_size))
    return unused + unknown
