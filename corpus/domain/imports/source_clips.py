"""Clips that a published corpus has for its utterances: they are joined to one playable file per episode."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.queue import enqueue
from common.jobs.run import JobRun
from common.models import Job
from corpus.domain.ingest.episodes import JOIN
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.media.stored_files import Shelf, scratch, shelf
from corpus.importers.base import Importer
from corpus.importers.registry import IMPORTERS
from corpus.media.faults import MediaFault
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.playback.playable_file import Playable
from corpus.media.playback.reel import Part, Reel
from corpus.media.playback.waveform_peaks import make_peaks
from corpus.models import Dialogue, Episode, Import, MediaFile, Utterance

BYTES = "application/octet-stream"

log = logging.getLogger(__name__)


def order_reels(*, imported: Import, importer: Importer, folder: Path) -> list[Job]:
    """Queue a job per episode of an import that has clips in the folder of its source.

    Args:
        imported: published.
        importer: knows the clip of an utterance.
        folder: of the source; it has to stay until the jobs are done.
    """
    if not importer.has_clips(folder):
        return []
    episodes = Episode.objects.filter(dialogues__imported_by=imported, playable__isnull=True).distinct()
    return [
        enqueue(
            kind=JOIN,
            args={"episode": str(row.public_id), "importer": importer.name, "folder": str(folder.resolve())},
            scope=str(imported.corpus.public_id),
            key=f"{JOIN}:{row.public_id}",
        )
        for row in episodes.order_by("series", "title")
    ]


def join_clips(run: JobRun, *, episode: str, importer: str, folder: str) -> dict[str, int]:
    """Run the job of `order_reels`: the utterances get their times in the joined file, and their clips are cut from it.

    An utterance whose clip is missing or unusable has no times afterwards, as it cannot be played; the episode has a
    remark for each of them.

    Args:
        run: the attempt.
        episode: public id.
        importer: a name in `IMPORTERS`.
        folder: path of the source's files.

    Returns:
        The number of `clips` that were joined, and of utterances that are `missing` one.

    Raises:
        Refused: `episode.gone`, `import.no_clips`, `disk.full`.
        MediaFault: the joined file could not be made.
    """
    row = Episode.objects.select_related("series__corpus").filter(public_id=episode).first()
    if row is None:
        raise Refused("episode.gone")
    lines = list(
        Utterance.objects.filter(dialogue__episode=row)
        .exclude(dialogue__state=Dialogue.State.HIDDEN)
        .select_related("dialogue")
        .order_by("dialogue__order", "order")
    )
    if row.playable_id is None:  # else an earlier attempt was killed after its commit
        source, reader = Path(folder), IMPORTERS[importer]
        clips = {line.pk: reader.clip_of(source, line.code) for line in lines}
        require_space(sum(path.stat().st_size for path in clips.values() if path))
        with scratch(f"reel-{row.public_id}.{run.job.attempt}") as work:
            reel, spans, lost = _joined(run, lines, clips, work)
            made, peaks = reel.join(work / "playable.mp4"), work / "peaks"
            make_peaks(made.path, peaks, found=made.found, ffmpeg=find_ffmpeg(settings.FFMPEG_BIN))
            for line in lines:
                part = spans.get(line.pk)
                line.start_ms, line.end_ms = (part.start_ms, part.end_ms) if part else (None, None)
            row.warnings = [{"code": "episode.no_clip", "params": {"utterance": line.code}} for line in lost]
            with shelf(row.series.corpus, work) as store, run.finishing():
                _write(row, made, peaks, store)
                Utterance.objects.bulk_update(lines, ["start_ms", "end_ms"], batch_size=500)
    dialogues = Dialogue.objects.filter(episode=row, state=Dialogue.State.READY)
    order_clips(dialogues=dialogues.select_related("episode", "corpus"))
    timed = sum(line.start_ms is not None for line in lines)
    return {"clips": timed, "missing": len(lines) - timed}


def _joined(
    run: JobRun, lines: list[Utterance], clips: dict[int, Path | None], work: Path
) -> tuple[Reel, dict[int, Part], list[Utterance]]:
    """Return the reel, utterance -> its part, and the utterances without a usable clip."""
    folder = work / "parts"
    folder.mkdir()
    reel = Reel(folder, ffmpeg=find_ffmpeg(settings.FFMPEG_BIN))
    spans: dict[int, Part] = {}
    lost = []
    for number, line in enumerate(lines):
        run.progress(number, len(lines), "import.joining_clips")
        clip = clips[line.pk]
        try:
            if clip is None:
                lost.append(line)
            else:
                spans[line.pk] = reel.add(clip)
        except MediaFault as fault:
            log.warning("the clip of %s cannot be used: %s", line.code, fault)
            lost.append(line)
    if not spans:
        raise Refused("import.no_clips")
    return reel, spans, lost


def _write(row: Episode, made: Playable, peaks: Path, store: Shelf) -> None:
    kinds = MediaFile.Kind
    row.playable = store.put(made.path, kind=kinds.PLAYABLE, content_type="video/mp4", suffix=".mp4")
    row.peaks = store.put(peaks, kind=kinds.PEAKS, content_type=BYTES, suffix=".peaks")
    row.duration_ms, row.fps = made.found.duration_ms, made.found.video.fps if made.found.video else None
    row.state = Episode.State.READY
    row.save(update_fields=["playable", "peaks", "duration_ms", "fps", "warnings", "state"])
