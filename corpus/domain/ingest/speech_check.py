"""The speech check of an episode: where its sound holds speech, and how its subtitles fit."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from common.errors import Refused
from common.jobs.queue import enqueue
from common.jobs.run import JobRun
from common.models import Job, User
from corpus.domain.media.stored_files import incoming
from corpus.domain.structure.archiving import require_writable
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.probe.media_probe import probe
from corpus.media.speech.detection import PACKAGE, detect_speech, is_installed
from corpus.models import Episode
from corpus.rules.subtitles.cue import Cue
from corpus.rules.subtitles.speech_comparison import Comparison, Proposal, Span, compare, propose

CHECK = "corpus.check_speech"  # kind of the job


def request_speech_check(*, episode: Episode, requested_by: User | None = None, here: bool = False) -> Job:
    """Queue the job that looks for speech in the sound of an episode.

    Args:
        episode: waiting for its preview, or imported.
        requested_by: a manager.
        here: the caller runs the job itself.

    Raises:
        Refused: `corpus.archived`, `media.no_detector`, `episode.gone`, `episode.in_part`.
    """
    corpus = episode.series.corpus
    require_writable(corpus)
    if not is_installed():
        raise Refused("media.no_detector")
    if _sound_of(episode) is None:
        raise Refused("episode.gone")
    if episode.playable_ms is not None:
        raise Refused("episode.in_part", minutes=episode.playable_ms // 60_000)
    args = {"episode": str(episode.public_id)}
    key = f"{CHECK}:{episode.public_id}"
    return enqueue(kind=CHECK, args=args, scope=str(corpus.public_id), key=key, created_by=requested_by, here=here)


def check_speech(run: JobRun, *, episode: str) -> dict[str, int]:
    """Run the job of `request_speech_check`.

    Args:
        run: the attempt.
        episode: public id.

    Returns:
        The number of `spans` of speech.

    Raises:
        Refused: `episode.gone`.
        MediaFault: `media.no_detector`, `media.no_sound`, or another one of the file.
    """
    row = Episode.objects.select_related("playable").filter(public_id=episode).first()
    source = _sound_of(row) if row else None
    if row is None or source is None:
        raise Refused("episode.gone")
    run.progress(0, 1, "listening")
    speech = detect_speech(
        source,
        found=probe(source),
        ffmpeg=find_ffmpeg(settings.FFMPEG_BIN),
        progress=lambda done, total: run.progress(done, total, "listening"),
    )
    with run.finishing():
        Episode.objects.filter(pk=row.pk).update(speech_check={"detector": PACKAGE, "speech": speech})
    return {"spans": len(speech)}


def speech_of(episode: Episode) -> list[Span] | None:
    """Return the spans of speech in ms, or None if the check was not made."""
    spans = episode.speech_check.get("speech")
    return None if spans is None else [(start, end) for start, end in spans]


def compared(episode: Episode, cues: list[Cue]) -> Comparison | None:
    """Compare cues of speech with the sound; None if the check was not made."""
    speech = speech_of(episode)
    return None if speech is None else compare([(cue.start_ms, cue.end_ms) for cue in cues], speech)


def proposed(episode: Episode, cues: list[Cue]) -> Proposal | None:
    """Return the shift and stretch by which cues of speech fit the sound best, if that is better than now."""
    speech = speech_of(episode)
    return propose([(cue.start_ms, cue.end_ms) for cue in cues], speech) if speech else None


def _sound_of(episode: Episode) -> Path | None:
    """Return the file with the sound: the recording, or the upload that waits."""
    if episode.playable:
        return episode.playable.path
    waiting = incoming(f"{episode.public_id}.media")
    return waiting if waiting.exists() else None
