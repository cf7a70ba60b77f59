"""The subtitles of an episode as bytes: the submitted file, those inside the container, or the stored file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from common.errors import Refused
from common.jobs.run import JobRun
from corpus.domain.media.stored_files import incoming
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.playback.embedded_subtitles import extract_subtitles, preferred_subtitles
from corpus.media.probe.media_probe import Probe, SubtitleTrack, probe
from corpus.models import Episode
from corpus.rules.subtitles.formats.tracks import join_tracks
from corpus.rules.text_encodings import detect

MOST_TRACKS = 3  # each one is read from the whole file


@dataclass(frozen=True)
class SubtitleFile:
    """The bytes of subtitles, and their name for people."""

    data: bytes
    name: str


def waiting_subtitles(episode: Episode) -> Path:
    """Return the path where the subtitles of an episode wait for its job."""
    return incoming(f"{episode.public_id}.subtitles")


def subtitles_of(episode: Episode) -> SubtitleFile | None:
    """Return the subtitles of an episode that waits or is imported; None if they are still inside the container."""
    name = episode.file_names.get("subtitles") or episode.file_names.get("media") or episode.title
    if episode.subtitles:
        return SubtitleFile(episode.subtitles.path.read_bytes(), name)
    path = waiting_subtitles(episode)
    return SubtitleFile(path.read_bytes(), name) if path.exists() else None


def embedded_subtitles(source: Path, *, found: Probe, ffmpeg: Path) -> bytes:
    """Return the subtitles inside a container: its preferred track, with the other ones joined to it.

    Args:
        source: the container.
        found: its probe.
        ffmpeg: the program.

    Raises:
        Refused: `episode.no_subtitles`.
        MediaFault: a track cannot be extracted.
    """
    preferred = preferred_subtitles(found)
    if preferred is None:
        raise Refused("episode.no_subtitles")
    others = [track for track in found.subtitles if track.is_text and track.index != preferred.index]
    texts: list[tuple[str, str]] = []
    for track in [preferred, *others][:MOST_TRACKS]:
        data, _name = extract_subtitles(source, found=found, ffmpeg=ffmpeg, stream=track.index)
        decoded = detect(data)
        if not others:
            return data
        if decoded and decoded.text.strip():
            texts.append((_track_name(track), decoded.text))
    if not texts:
        raise Refused("episode.no_subtitles")
    return join_tracks(texts).encode()


def extract_waiting(run: JobRun, *, episode: str) -> dict[str, int]:
    """Run the job that takes the subtitles out of the container of an episode that waits for its preview.

    Args:
        run: the attempt.
        episode: public id.

    Returns:
        Number of `bytes`.

    Raises:
        Refused: `episode.gone`, `episode.no_subtitles`.
        MediaFault: the file cannot be read.
    """
    row = Episode.objects.filter(public_id=episode).first()
    source = incoming(f"{episode}.media")
    if row is None or not source.exists():
        raise Refused("episode.gone")
    run.progress(0, 1, "reading_subtitles")
    data = embedded_subtitles(source, found=probe(source), ffmpeg=find_ffmpeg(settings.FFMPEG_BIN))
    part = waiting_subtitles(row).with_suffix(".part")
    part.write_bytes(data)
    with run.finishing():
        part.replace(waiting_subtitles(row))
    return {"bytes": len(data)}


def _track_name(track: SubtitleTrack) -> str:
    return " ".join(part for part in (str(track.index), track.language) if part)
