"""The contents of a media file, examined by a child process under limits."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.media.faults import MediaFault
from corpus.media.sandbox.runner import Limits, collect

# reading 8 GB once is limited by the disk, not by the processor
LIMITS = Limits(wall_s=600, cpu_s=240, memory=3 * 2**30, file_size=2**20)
CHINESE = ("zh", "chi", "zho", "cmn", "yue")


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """One video stream; times in ms from the first packet of the file, measured instead of declared, see `probe`.

    `hdr`: its brightness is coded as PQ or HLG (ITU-R BT.2100), which looks grey and dull on ordinary screens.
    """

    index: int
    codec: str
    pixel_format: str
    width: int
    height: int
    fps: float
    rotated: bool
    interlaced: bool
    hdr: bool
    frames: int
    keyframes: int
    start_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """One audio stream; times as in `VideoTrack`, `language` as tagged (ISO 639) or empty."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    language: str
    title: str
    default: bool
    start_ms: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """One subtitle stream; `is_text` is false for bitmaps (PGS, VobSub), which cannot be read."""

    index: int
    codec: str
    language: str
    title: str
    default: bool
    is_text: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """A media file; `duration_ms` is that of video and audio, regardless of the container or subtitles."""

    container: str
    size: int
    duration_ms: int
    video: VideoTrack | None
    audio: tuple[AudioTrack, ...]
    subtitles: tuple[SubtitleTrack, ...]

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON values; `from_document` reads them."""
        return asdict(self)


def from_document(document: dict[str, Any]) -> Probe:
    """Return the probe of a document made by `as_document`."""
    video = document["video"]
    return Probe(
        container=document["container"],
        size=document["size"],
        duration_ms=document["duration_ms"],
        video=VideoTrack(**video) if video else None,
        audio=tuple(AudioTrack(**track) for track in document["audio"]),
        subtitles=tuple(SubtitleTrack(**track) for track in document["subtitles"]),
    )


def probe(path: Path) -> Probe:
    """Demux a file once, decode its first frame, and return its contents.

    Raises:
        MediaFault: `media.empty`, `media.not_media`, `media.truncated`, `media.no_streams`, `media.codec_refused`,
            `media.too_large`, `media.too_long`, `media.undecodable`, or those of `runner.stream`.
    """
    return _examined(path)


def probe_playable(path: Path) -> Probe:
    """Return the contents of a playable file from its index, after decoding some of its frames.

    Times count from the zero of the file's own clock, as in browsers and in `cut_child`, and not from the first packet:
    all tracks of the file may start later.

    Raises:
        MediaFault: those of `probe`; `media.undecodable` if more than a quarter of the frames tried do not decode.
    """
    return _examined(path, "--playable")


def _examined(path: Path, *options: str) -> Probe:
    path = path.absolute()
    argv = [sys.executable, "-m", "corpus.media.probe.probe_child", str(path), *options]
    report = json.loads(collect(argv, limits=LIMITS, reads=[path]))
    if "fault" in report:
        raise MediaFault(report["fault"], **report["params"])
    return from_document(report)


def preferred_audio(found: Probe) -> AudioTrack | None:
    """Return the track to use by default: a Chinese one, else the file's default, else the first.

    The first track of a file may be a dub or a commentary.
    """
    ranked = sorted(
        found.audio,
        key=lambda track: (track.language.lower().split("-")[0] not in CHINESE, not track.default, track.index),
    )
    return ranked[0] if ranked else None
