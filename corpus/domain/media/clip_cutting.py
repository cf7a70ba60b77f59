"""The cutting of missing clips of ready dialogues, window by window, those that annotators need next first."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
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
from corpus.models import Clip, Corpus, Dialogue, Episode, MediaFile, Utterance

CUT = "corpus.cut"  # kind of the job
WINDOW = 32  # clips per transaction: at most these are lost by a kill
BYTES_PER_MS = 200  # more than any second of 480p needs

Order = Callable[..., list[int]]  # (corpus, among) -> dialogues as they are needed: `upcoming_dialogues`
ORDERS: list[Order] = []

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
    lacking = lacking.select_related("dialogue__episode__playable", "dialogue__episode__series__corpus")
    return list(lacking.order_by("start_ms", "pk"))


def register_order(order: Order) -> None:
    """Register the order in which dialogues are needed; without one, clips are cut in the order of time."""
    ORDERS[:] = [order]


def cut_missing(run: JobRun, *, episode: str, dialogues: list[str]) -> dict[str, int]:
    """Run the job of `order_clips`; after a kill, the next run continues after the last transaction.

    Clips that annotators need next come first, window by window; before each window, those of other episodes that
    are needed even earlier and whose own job does not run yet.

    Args:
        run: the attempt.
        episode: public id.
        dialogues: public ids.

    Returns:
        Counts: `cut` now, and present `before`.

    Raises:
        Refused: `episode.gone`, `disk.full`, `clips.missing` (some could not be cut; the others are stored).
    """
    row = Episode.objects.select_related("playable", "series__corpus__codebook").filter(public_id=episode).first()
    if row is None or row.playable is None:
        raise Refused("episode.gone")
    wanted = Utterance.objects.filter(dialogue__public_id__in=dialogues).count()
    missing = missing_clips(dialogues, STANDARD.name)
    require_space(sum((one.end_ms or 0) - (one.start_ms or 0) for one in missing) * BYTES_PER_MS)
    uncut: list[tuple[Utterance, CutFault]] = []
    tried: set[int] = set()
    run.progress(0, len(missing), "cutting")
    with scratch(f"cut-{run.job.public_id}.{run.job.attempt}") as folder:
        left = missing
        while left:
            for other, utterances in _urgent(run, row, left, tried):
                tried |= {one.pk for one in utterances}
                _cut_window(
                    run, other, utterances, folder, _reporter(run, len(missing) - len(left), len(missing), is_own=False)
                )
            window = _next_window(row.series.corpus, left)
            before = len(missing) - len(left)
            uncut += _cut_window(run, row, window, folder, _reporter(run, before, len(missing)))
            done = {one.pk for one in window}
            left = [one for one in left if one.pk not in done]
    if uncut:
        log.error("clips that could not be cut: %s", [(one.code, str(fault.fault)) for one, fault in uncut])
        raise Refused("clips.missing", missing=len(uncut), wanted=len(missing), first=uncut[0][0].code)
    return {"cut": len(missing), "before": wanted - len(missing)}


def _reporter(run: JobRun, before: int, total: int, *, is_own: bool = True) -> Callable[[int], None]:
    return lambda number: run.progress(before + number * is_own, total, "cutting")


def _next_window(corpus: Corpus, left: list[Utterance]) -> list[Utterance]:
    """Return the next utterances to cut, at most `WINDOW`: those of the dialogues that are needed first."""
    if not ORDERS or len(left) <= WINDOW:
        return left[:WINDOW]
    places = {key: at for at, key in enumerate(ORDERS[0](corpus=corpus, among={one.dialogue_id for one in left}))}
    return sorted(left, key=lambda one: (places.get(one.dialogue_id, len(places)), one.start_ms, one.pk))[:WINDOW]


def _urgent(run: JobRun, row: Episode, left: list[Utterance], tried: set[int]) -> list[tuple[Episode, list[Utterance]]]:
    """Return by episode at most `WINDOW` utterances without clips that are needed before those `left`.

    Args:
        run: the attempt.
        row: the episode of the job; episodes that another job works on are left to it.
        left: utterances of the job without clips.
        tried: utterances that failed or were cut here already (primary keys).
    """
    if not ORDERS:
        return []
    places = {key: at for at, key in enumerate(ORDERS[0](corpus=row.series.corpus))}
    own = min((places[one.dialogue_id] for one in left if one.dialogue_id in places), default=len(places))
    earlier = [key for key, place in places.items() if place < own]
    others = Job.objects.filter(kind=CUT, state=Job.State.RUNNING, scope=run.job.scope).exclude(pk=run.job.pk)
    taken = {job.args["episode"] for job in others}
    dialogues = Dialogue.objects.filter(pk__in=earlier, episode__playable__isnull=False)
    waiting = dialogues.exclude(episode__public_id__in=taken).values_list("public_id", flat=True)
    lacking = [one for one in missing_clips(map(str, waiting), STANDARD.name) if one.pk not in tried]
    by_episode: dict[Episode, list[Utterance]] = defaultdict(list)
    for one in sorted(lacking, key=lambda one: places[one.dialogue_id])[:WINDOW]:
        if episode := one.dialogue.episode:
            by_episode[episode].append(one)
    return list(by_episode.items())


def _cut_window(
    run: JobRun, row: Episode, window: list[Utterance], folder: Path, done: Callable[[int], None]
) -> list[tuple[Utterance, CutFault]]:
    """Cut and store the clips of a window in one transaction; return those that could not be cut.

    Args:
        run: the attempt.
        row: the episode of all of them.
        window: utterances.
        folder: the job's scratch folder.
        done: called with the number of clips done.
    """
    if row.playable is None:
        raise Refused("episode.gone")
    by_key = {str(one.pk): one for one in window}
    spans = [Span(key, one.start_ms or 0, one.end_ms or 0) for key, one in by_key.items()]
    results: list[CutClip | CutFault] = []
    with closing(cut_clips(row.playable.path, spans, folder / str(row.pk))) as cut:
        for number, result in enumerate(cut, start=1):
            results.append(result)
            done(number)
    with shelf(row.series.corpus, folder) as store, run.finishing():
        for result in results:
            if isinstance(result, CutClip):
                _keep(by_key[result.key], result, store)
    return [(by_key[result.key], result) for result in results if isinstance(result, CutFault)]


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
