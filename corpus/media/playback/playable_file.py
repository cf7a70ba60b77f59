"""The playable file of an episode, for every browser: faststart MP4, H.264 8 bit 4:2:0, AAC."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.media.atomic_file import atomic_write
from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.probe.media_probe import AudioTrack, Probe, VideoTrack, preferred_audio, probe_playable
from corpus.media.sandbox.runner import Progress, follow, for_length

COPY_CPU = 3.0  # CPU seconds per second of media; generous, so that only a runaway reaches them
ENCODE_CPU = 25.0
COPIED_CONTAINERS = ("mov", "matroska", "mpegts", "flv")  # AVI has no presentation times to copy
FROM_THE_FIRST_IN_USE = ("mpegts", "mpeg")  # see `unused` of `commands.playable`
COPIED_PIXELS = ("yuv420p", "yuvj420p")
LONGEST_GOP_MS = 15_000  # a seek decodes everything between two keyframes
TOLERANCE_MS = 300
LATE_MS = 50


@dataclass(frozen=True, slots=True)
class Playable:
    """A playable file: its probe, and whether its streams are exact copies of the source's."""

    path: Path
    found: Probe
    copied_video: bool
    copied_audio: bool


def make_playable(
    source: Path,
    target: Path,
    *,
    found: Probe,
    ffmpeg: Path,
    audio: int | None = None,
    progress: Progress | None = None,
) -> Playable:
    """Create the playable file `target` (.mp4): copy the streams that browsers play, encode the others.

    Args:
        found: the probe of `source`.
        audio: stream number of the audio; by default `preferred_audio`.
        progress: called with (done ms, total ms); an exception in it ends the work, and no file is left.

    Raises:
        MediaFault: `media.output_wrong` if the result lacks a part of the source (ffmpeg returns 0 for a truncated
            source), or those of `runner.stream`.
    """
    sound = sound_of(found, audio)
    copy_video = found.video is not None and may_copy_video(found.container, found.video)
    copy_audio = sound is not None and is_sound_copied(found, sound)
    per_second = COPY_CPU if copy_video or not found.video else ENCODE_CPU
    container = found.container.split(",", maxsplit=1)[0]
    unused = [track.index for track in found.audio if track != sound] if container in FROM_THE_FIRST_IN_USE else []
    with atomic_write(target) as unfinished:
        follow(
            commands.playable(
                ffmpeg,
                source,
                unfinished,
                video=found.video.index if found.video else None,
                audio=sound.index if sound else None,
                copy_video=copy_video,
                copy_audio=copy_audio,
                interlaced=bool(found.video and found.video.interlaced),
                hdr=bool(found.video and found.video.hdr),
                unused=unused,
            ),
            limits=for_length(found.duration_ms, per_second=per_second),
            total_ms=found.duration_ms,
            progress=progress,
            reads=[source.absolute()],
            writes=[target.parent.absolute()],
        )
        made = verified(unfinished, found.video, sound)
    return Playable(path=target, found=made, copied_video=copy_video, copied_audio=copy_audio)


def may_copy_video(container: str, video: VideoTrack) -> bool:
    """Return whether every browser plays the stream unchanged: 8-bit 4:2:0 H.264, progressive, unrotated, seekable."""
    return (
        video.codec == "h264"
        and video.pixel_format in COPIED_PIXELS
        and container.split(",", maxsplit=1)[0] in COPIED_CONTAINERS
        and not video.interlaced
        and not video.rotated
        and not video.hdr
        and video.duration_ms <= LONGEST_GOP_MS * video.keyframes
    )


def is_sound_copied(found: Probe, sound: AudioTrack) -> bool:
    """Return whether an audio track is copied: it is AAC, and not all tracks of the file start late.

    Encoded sound begins with silence from zero on; if all tracks start late, Chromium cuts the end of the file off.
    """
    return sound.codec == "aac" and _first_start_ms(found, sound) <= LATE_MS


def is_faststart(path: Path) -> bool:
    """Return whether the index of an MP4 precedes its data, so that it plays before it is loaded completely."""
    names = [name for name, _ in _boxes(path) if name in {b"moov", b"mdat"}]
    return names[:1] == [b"moov"]


def _holds_all_boxes(path: Path) -> bool:
    """Return whether the last box of an MP4 ends with the file."""
    return [end for _, end in _boxes(path)][-1:] == [path.stat().st_size]


def sound_of(found: Probe, audio: int | None) -> AudioTrack | None:
    """Return the audio track of the playable file: the given one, else `preferred_audio`."""
    if audio is None:
        return preferred_audio(found)
    chosen = [track for track in found.audio if track.index == audio]
    if not chosen:
        raise MediaFault("media.no_such_track", track=audio)
    return chosen[0]


def _first_start_ms(found: Probe, sound: AudioTrack) -> int:
    return min(track.start_ms for track in (found.video, sound) if track)


def verified(path: Path, video: VideoTrack | None, sound: AudioTrack | None) -> Probe:
    """Return the probe of the result after checking that its streams end like the source's and its frames decode."""
    if not _holds_all_boxes(path):
        raise MediaFault("media.output_wrong", what="truncated")
    try:
        made = probe_playable(path)
    except MediaFault as fault:
        raise MediaFault("media.output_wrong", what=fault.code.removeprefix("media.")) from fault
    _require_same_end(video, made.video, "picture")
    _require_same_end(sound, made.audio[0] if made.audio else None, "sound")
    if not is_faststart(path):
        raise MediaFault("media.output_wrong", what="faststart")
    return made


def _require_same_end(wanted: VideoTrack | AudioTrack | None, made: VideoTrack | AudioTrack | None, what: str) -> None:
    if wanted is None and made is None:
        return
    if wanted is None or made is None or abs(_end_ms(wanted) - _end_ms(made)) > TOLERANCE_MS:
        raise MediaFault("media.output_wrong", what=what)


def _end_ms(track: VideoTrack | AudioTrack) -> int:
    return track.start_ms + track.duration_ms


def _boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yield the names of the top-level boxes of an MP4 and their ends in bytes (ISO/IEC 14496-12, 4.2)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:  # 0: up to the end of the file
                yield head[4:8], size
                return
            at += length
            yield head[4:8], at
