"""`python -m corpus.media.probe.probe_child PATH [--playable]`: examine a media file and print a probe or a fault.

Started by `probe` with limits; nothing else may call it, since a hostile file can crash its process.
"""

import json
import sys
from pathlib import Path
from typing import Any

import av

from corpus.media.faults import MediaFault
from corpus.media.probe.allowed_formats import (
    AUDIO_DECODERS,
    HARDENED,
    MAX_DURATION_MS,
    MAX_HEIGHT,
    MAX_PIXELS,
    MAX_WIDTH,
    SUBTITLE_DECODERS,
    VIDEO_DECODERS,
)
from corpus.media.probe.matroska_size import holds_its_segment
from corpus.media.probe.media_probe import AudioTrack, Probe, SubtitleTrack, VideoTrack
from corpus.media.probe.packet_spans import Span, demux, read_index, require_decodable

PROGRESSIVE = (0, 1)  # AVFieldOrder: unknown, progressive
ATTACHED_PICTURE = 0x400  # AV_DISPOSITION_ATTACHED_PIC: cover art, not a video
DEFAULT = 1  # AV_DISPOSITION_DEFAULT
HDR = (16, 18)  # AVColorTransferCharacteristic: SMPTE ST 2084 (PQ), ARIB STD-B67 (HLG)
DECLARES_LENGTH = ("mov", "matroska", "avi", "wav", "flac")  # the others guess it from the bit rate
TRUNCATED_MS = 1000


def examine(path: Path, *, playable: bool = False) -> Probe:
    """Return the contents of a file; raises the faults that `probe` and `probe_playable` name."""
    size = path.stat().st_size
    if not size:
        raise MediaFault("media.empty")
    try:
        container = av.open(f"file:{path}", options=HARDENED, metadata_errors="replace")
    except (av.FFmpegError, ValueError):
        raise MediaFault("media.truncated" if _starts_like_media(path) else "media.not_media") from None
    with container:
        if (container.duration or 0) / 1000 > MAX_DURATION_MS:
            raise MediaFault("media.too_long", hours=MAX_DURATION_MS // 3_600_000)
        picture, sounds = _picture(container), _sounds(container)
        if picture is None and not sounds:
            raise MediaFault("media.no_streams")
        if playable:
            spans = read_index(container)
            require_decodable(container, picture)
        else:
            spans = demux(container)
            _require_whole(container, spans)
            if not holds_its_segment(path):
                raise MediaFault("media.truncated")
        return _report(container, size, picture, sounds, spans, from_zero=playable)


def _starts_like_media(path: Path) -> bool:
    """Return whether a file begins like an MP4 (without its index at the end) or a truncated Matroska file."""
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" or head[:4] == b"\x1aE\xdf\xa3"


def _decoder(stream: Any) -> str:
    """Return the name of a decoder, to check it before use: `codec_whitelist` does not bind PyAV's decoders."""
    return str(stream.codec_context.codec.name) if stream.codec_context else "unknown"


def _picture(container: Any) -> Any | None:
    videos = [stream for stream in container.streams.video if not stream.disposition & ATTACHED_PICTURE]
    if not videos:
        return None
    video = max(videos, key=lambda stream: (bool(stream.disposition & DEFAULT), -stream.index))
    if _decoder(video) not in VIDEO_DECODERS:
        raise MediaFault("media.codec_refused", codec=_decoder(video))
    if video.codec_context.width > MAX_WIDTH or video.codec_context.height > MAX_HEIGHT:
        raise MediaFault("media.too_large", width=video.codec_context.width, height=video.codec_context.height)
    return video


def _sounds(container: Any) -> list[Any]:
    streams = list(container.streams.audio)
    known = [stream for stream in streams if _decoder(stream) in AUDIO_DECODERS]
    if streams and not known:
        raise MediaFault("media.codec_refused", codec=_decoder(streams[0]))
    return known


def _require_whole(container: Any, spans: dict[int, Span]) -> None:
    if container.format.name.split(",")[0] not in DECLARES_LENGTH:
        return
    for stream in container.streams:
        span = spans[stream.index]
        if stream.type in {"video", "audio"} and stream.duration and not stream.disposition & ATTACHED_PICTURE:
            declared = float(stream.duration * stream.time_base * 1000)
            _require_length(declared, span.last_ms - span.first_ms if span.packets else 0)
    if container.duration:
        ends = [span.last_ms for span in spans.values() if span.packets]
        end_ms = max(ends, default=0)
        # a Matroska file states its length up to its end, or from its first packet, depending on the program
        counted = (
            end_ms if container.format.name.startswith("matroska") else end_ms - (container.start_time or 0) / 1000
        )
        _require_length(container.duration / 1000, counted)


def _require_length(declared_ms: float, found_ms: float) -> None:
    if found_ms < declared_ms - max(TRUNCATED_MS, declared_ms / 100):
        raise MediaFault("media.truncated_at", found=round(found_ms / 1000), declared=round(declared_ms / 1000))


def _report(
    container: Any, size: int, picture: Any | None, sounds: list[Any], spans: dict[int, Span], *, from_zero: bool
) -> Probe:
    kept = [spans[stream.index] for stream in [picture, *sounds] if stream and spans[stream.index].packets]
    if not kept:
        raise MediaFault("media.truncated")
    started = container.start_time / 1000 if container.start_time is not None else min(span.first_ms for span in kept)
    zero = 0.0 if from_zero else started
    for span in kept:  # packets before the start are an encoder's priming, which players skip
        span.first_ms = max(span.first_ms, zero)
    return Probe(
        container=container.format.name,
        size=size,
        duration_ms=round(max(span.last_ms for span in kept) - zero),
        video=_video(container, picture, spans[picture.index], zero) if picture else None,
        audio=tuple(_audio(stream, spans[stream.index], zero) for stream in sounds if spans[stream.index].packets),
        subtitles=tuple(_subtitle(stream) for stream in container.streams.subtitles),
    )


def _video(container: Any, stream: Any, span: Span, zero: float) -> VideoTrack:
    frame = _first_frame(container, stream)
    return VideoTrack(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        pixel_format=frame.format.name,
        width=frame.width,
        height=frame.height,
        fps=round(float(stream.average_rate or stream.guessed_rate or 0), 3),
        rotated=bool(frame.rotation),
        interlaced=frame.interlaced_frame or stream.codec_context.field_order not in PROGRESSIVE,
        hdr=frame.color_trc in HDR or stream.codec_context.color_trc in HDR,
        frames=span.packets,
        keyframes=span.keyframes,
        start_ms=round(span.first_ms - zero),
        duration_ms=round(span.last_ms - span.first_ms),
    )


def _first_frame(container: Any, stream: Any) -> Any:
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}  # the size in the header may be wrong
    try:
        container.seek(0, backward=True)
        return next(iter(container.decode(stream)))
    except (av.FFmpegError, StopIteration):
        raise MediaFault("media.undecodable") from None


def _audio(stream: Any, span: Span, zero: float) -> AudioTrack:
    return AudioTrack(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name,
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.layout.nb_channels,
        language=_tag(stream, "language"),
        title=_tag(stream, "title"),
        default=bool(stream.disposition & DEFAULT),
        start_ms=round(span.first_ms - zero),
        duration_ms=round(span.last_ms - span.first_ms),
    )


def _subtitle(stream: Any) -> SubtitleTrack:
    return SubtitleTrack(
        index=stream.index,
        codec=stream.codec_context.codec.canonical_name if stream.codec_context else "unknown",
        language=_tag(stream, "language"),
        title=_tag(stream, "title"),
        default=bool(stream.disposition & DEFAULT),
        is_text=_decoder(stream) in SUBTITLE_DECODERS,
    )


def _tag(stream: Any, name: str) -> str:
    value = str(stream.metadata.get(name, ""))[:80]
    return "" if value == "und" else value


def main() -> None:
    try:
        report = examine(Path(sys.argv[1]), playable="--playable" in sys.argv[2:]).as_document()
    except MediaFault as fault:
        report = {"fault": fault.code, "params": fault.params}
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
