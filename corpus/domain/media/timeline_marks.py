"""The job that finds the silences and shot changes of an episode, to which the timeline editor snaps."""

from __future__ import annotations

import json

from django.conf import settings

from common.errors import Refused
from common.jobs.queue import enqueue
from common.jobs.run import JobRun
from common.models import Job
from corpus.domain.media.stored_files import scratch, shelf
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.playback.marks import find_shots, find_silences
from corpus.media.probe.media_probe import probe
from corpus.models import Episode, MediaFile

MARK = "corpus.marks"  # kind of the job


def order_marks(*, episode: Episode) -> Job | None:
    """Queue the job for an episode without marks, unless it waits already; None: there is nothing to do yet."""
    if episode.marks_id or episode.playable_id is None or episode.playable_ms is not None:
        return None
    return enqueue(
        kind=MARK,
        args={"episode": str(episode.public_id)},
        scope=str(episode.series.corpus.public_id),
        key=f"{MARK}:{episode.public_id}",
    )


def find_marks(run: JobRun, *, episode: str) -> dict[str, int]:
    """Run the job of `order_marks`: store `{"silences": [[start, end]], "shots": [start]}` in ms beside the peaks.

    Args:
        run: the attempt.
        episode: public id.

    Returns:
        Counts of `silences` and `shots`.

    Raises:
        Refused: `episode.gone`.
        MediaFault: the picture could not be read.
    """
    row = Episode.objects.select_related("playable", "peaks", "series__corpus").filter(public_id=episode).first()
    if row is None or row.playable is None:
        raise Refused("episode.gone")
    run.progress(0, 1, "finding_shots")
    shots = find_shots(
        row.playable.path,
        found=probe(row.playable.path),
        ffmpeg=find_ffmpeg(settings.FFMPEG_BIN),
        progress=lambda done, total: run.progress(done, total, "finding_shots"),
    )
    silences = find_silences(row.peaks.path.read_bytes()) if row.peaks else []
    with scratch(f"marks-{run.job.public_id}.{run.job.attempt}") as folder:
        path = folder / "marks"
        path.write_text(json.dumps({"silences": silences, "shots": shots}, separators=(",", ":")))
        with shelf(row.series.corpus, folder) as store, run.finishing():
            file = store.put(path, kind=MediaFile.Kind.MARKS, content_type="application/json", suffix=".json")
            Episode.objects.filter(pk=row.pk).update(marks=file)
    return {"silences": len(silences), "shots": len(shots)}
