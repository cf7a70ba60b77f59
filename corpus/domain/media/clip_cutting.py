"""The cutting of missing clips of ready dialogues, window by window."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from django.db.models import Exists, OuterRef

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.queue import enqueue
from common.jobs.run import JobRun
from common.models import Job
from corpus.domain.media.stored_files import Shelf, scratch, shelf
from corpus.media.cut.clips import STANDARD, CutClip, CutFault, Span, cut_clips
from corpus.models import Clip, Dialogue, Episode, MediaFile, Utterance

CUT = "corpus.cut"  # kind of the job
WINDOW = 32  # clips per transaction: at most these are lost by a kill
BYTES_PER_MS = 200  # more than any second of 480p needs

log = logging.getLogger(__name__)


def order_clips(*, dialogues: Iterable[Dialogue]) -> list[Job]:
    """Queue a job per episode that cuts the missing clips of dialogues; dialogues without media need none."""
    by_episode: dict[Episode, list[Dialogue]] = defaultdict(list)
    for dialogue in dialogues:
        if dialogue.episode and dialogue.episode.playable_id:
            by_episode[dialogue.episode].append(dialogue)
    return [
        enqueue(
            kind=CUT,
            args={"episode": str(episode.public_id), "dialogues": [str(one.public_id) for one in ready]},
            scope=str(ready[0].corpus.public_id),
        )
        for episode, ready in by_episode.items()
    ]


def missing_clips(dialogues: Iterable[str], profile: str) -> list[Utterance]:
    """Return the utterances of dialogues (public ids) without a clip of their present span, by start."""
    cut = Clip.objects.filter(
        utterance=OuterRef("pk"),
        profile=profile,
        requested_start_ms=OuterRef("start_ms"),
        requested_end_ms=OuterRef("end_ms"),
    )
    lacking = Utterance.objects.filter(
        ~Exists(cut), dialogue__public_id__in=list(dialogues), start_ms__isnull=False, dialogue__episode__isnull=False
    )
    return list(lacking.order_by("start_ms", "pk"))


def cut_missing(run: JobRun, *, episode: str, dialogues: list[str]) -> dict[str, int]:
    """Run the job of `order_clips`; after a kill, the next run continues after the last transaction.

    Args:
        run: the attempt.
        episode: public id.
        dialogues: public ids.

    Returns:
        Counts: `cut` now, and present `before`.

    Raises:
        Refused: `episode.gone`, `disk.full`, `clips.missing` (some could not be cut; the others are stored).
    """
    row = Episode.objects.select_related("playable", "series__corpus").filter(public_id=episode).first()
    if row is None or row.playable is None:
        raise Refused("episode.gone")
    wanted = Utterance.objects.filter(dialogue__public_id__in=dialogues).count()
    missing = {str(one.pk): one for one in missing_clips(dialogues, STANDARD.name)}
    spans = [Span(key, one.start_ms or 0, one.end_ms or 0) for key, one in missing.items()]
    require_space(sum(span.end_ms - span.start_ms for span in spans) * BYTES_PER_MS)
    uncut: list[CutFault] = []
    with scratch(f"cut-{run.job.public_id}.{run.job.attempt}") as folder:
        for window in _windows(run, row.playable, spans, folder):
            uncut += [result for result in window if isinstance(result, CutFault)]
            clips = [result for result in window if isinstance(result, CutClip)]
            with shelf(row.series.corpus, folder) as store, run.finishing():
                for clip in clips:
                    _keep(missing[clip.key], clip, store)
    if uncut:
        log.error("clips that could not be cut: %s", [(missing[one.key].code, str(one.fault)) for one in uncut])
        raise Refused("clips.missing", missing=len(uncut), wanted=len(spans), first=missing[uncut[0].key].code)
    return {"cut": len(spans), "before": wanted - len(spans)}


def _windows(run: JobRun, playable: MediaFile, spans: list[Span], folder: Path) -> Iterator[list[CutClip | CutFault]]:
    """Cut clips and yield the results in windows of at most `WINDOW`."""
    window: list[CutClip | CutFault] = []
    run.progress(0, len(spans), "cutting")
    with closing(cut_clips(playable.path, spans, folder)) as results:
        for number, result in enumerate(results, start=1):
            window.append(result)
            run.progress(number, len(spans), "cutting")
            if len(window) == WINDOW:
                yield window
                window = []
    if window:
        yield window


def _keep(utterance: Utterance, clip: CutClip, store: Shelf) -> None:
    content_type = "audio/mp4" if clip.path.suffix == ".m4a" else "video/mp4"
    file = store.put(
        clip.path, kind=MediaFile.Kind.CLIP, content_type=content_type, suffix=clip.path.suffix, sha256=clip.sha256
    )
    Clip.objects.get_or_create(
        utterance=utterance,
        profile=STANDARD.name,
        requested_start_ms=utterance.start_ms or 0,
        requested_end_ms=utterance.end_ms or 0,
        defaults={"file": file, "true_start_ms": clip.start_ms, "true_end_ms": clip.end_ms},
    )
