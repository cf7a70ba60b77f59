"""Extraction of a subtitle track from a container."""

from pathlib import Path

from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.probe.media_probe import CHINESE, Probe, SubtitleTrack
from corpus.media.sandbox.runner import collect, for_length

FORMS = {  # codec of the track -> format, encoder, ending of the file
    "subrip": ("srt", "copy", "srt"),
    "ass": ("ass", "copy", "ass"),
    "ssa": ("ass", "copy", "ass"),
    "webvtt": ("webvtt", "copy", "vtt"),
}
TIMED_TEXT = ("srt", "srt", "srt")
AT_MOST = 16 * 2**20


def preferred_subtitles(found: Probe) -> SubtitleTrack | None:
    """Return the text track to read by default: a Chinese one, else the file's default, else the first."""
    ranked = sorted(
        (track for track in found.subtitles if track.is_text),
        key=lambda track: (track.language.lower().split("-")[0] not in CHINESE, not track.default, track.index),
    )
    return ranked[0] if ranked else None


def extract_subtitles(source: Path, *, found: Probe, ffmpeg: Path, stream: int | None = None) -> tuple[bytes, str]:
    """Return a subtitle track as the bytes of a file and that file's name, `embedded.srt`, `.ass` or `.vtt`.

    Args:
        found: the probe of `source`.
        stream: number of the track; by default `preferred_subtitles`.

    Raises:
        MediaFault: `media.no_subtitles` if there is no text track, or those of `runner.stream`.
    """
    chosen = [track for track in found.subtitles if track.is_text and track.index == stream]
    track = chosen[0] if chosen else preferred_subtitles(found) if stream is None else None
    if track is None:
        raise MediaFault("media.no_subtitles")
    form, codec, ending = FORMS.get(track.codec, TIMED_TEXT)
    command = commands.subtitle(ffmpeg, source, stream=track.index, form=form, codec=codec)
    limits = for_length(found.duration_ms, per_second=1.0)
    return collect(command, limits=limits, reads=[source.absolute()], at_most=AT_MOST), f"embedded.{ending}"
