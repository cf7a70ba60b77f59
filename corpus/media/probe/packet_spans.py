"""The spans of the streams of a file, from all its packets or from its index. Used only by `probe_child`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import av

from corpus.media.faults import MediaFault
from corpus.media.probe.allowed_formats import MAX_DURATION_MS

HEAD = 64  # packets of a stream, more than B-frames or an encoder's priming reorder
TRIED_KEYFRAMES = 24
RUN = 12  # frames decoded from each


@dataclass(slots=True)
class Span:
    """The packets of one stream, in ms of the file's own clock."""

    first_ms: float = float("inf")
    last_ms: float = float("-inf")
    packets: int = 0
    keyframes: int = 0

    def add(self, packet: Any) -> None:
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None:
            return
        self.packets += 1
        self.keyframes += packet.is_keyframe
        self.first_ms = min(self.first_ms, float(at * packet.time_base * 1000))
        self.last_ms = max(self.last_ms, float((at + (packet.duration or 0)) * packet.time_base * 1000))


def demux(container: Any) -> dict[int, Span]:
    """Read every packet: declared lengths are often those of another stream or of a cut part."""
    spans = {stream.index: Span() for stream in container.streams}
    try:
        for packet in container.demux():
            spans[packet.stream_index].add(packet)
            if spans[packet.stream_index].last_ms - (container.start_time or 0) / 1000 > MAX_DURATION_MS:
                raise MediaFault("media.too_long", hours=MAX_DURATION_MS // 3_600_000)
    except av.FFmpegError:
        pass  # a damaged end: the missing length is checked next
    return spans


def read_index(container: Any) -> dict[int, Span]:
    """Return the spans of an MP4's streams: the packets are counted in its index, only its ends are read.

    Args:
        container: an opened MP4 whose index is complete, see `playable_file`.
    """
    spans = {stream.index: Span() for stream in container.streams}
    for stream in container.streams:
        span, entries = spans[stream.index], stream.index_entries
        if not len(entries):
            continue
        keyframes = [entry.timestamp for entry in entries if entry.is_keyframe]
        for at in (entries[0].timestamp, keyframes[-1] if stream.type == "video" and keyframes else _late(entries)):
            for packet in _packets_from(container, stream, at):
                span.add(packet)
        span.packets, span.keyframes = len(entries), len(keyframes)
    return spans


def _late(entries: Any) -> int:
    return int(entries[max(0, len(entries) - HEAD)].timestamp)


def _packets_from(container: Any, stream: Any, at: int) -> Iterator[Any]:
    """Yield packets of a stream from a time on: `HEAD` of them at the beginning of the file, else all that follow."""
    container.seek(at, stream=stream, backward=True)
    first = at == stream.index_entries[0].timestamp
    for number, packet in enumerate(container.demux(stream)):
        if first and number >= HEAD:
            return
        yield packet


def require_decodable(container: Any, stream: Any | None) -> None:
    """Decode short runs of frames spread evenly over a video stream.

    Raises:
        MediaFault: `media.undecodable`; more than a quarter of these frames do not decode without errors.
    """
    if stream is None:
        return
    keyframes = [entry.timestamp for entry in stream.index_entries if entry.is_keyframe]
    stream.thread_type = "SLICE"  # a thread per frame would return frames only with later ones
    packets = frames = 0
    for at in keyframes[:: -(-len(keyframes) // TRIED_KEYFRAMES) or 1]:
        container.seek(at, stream=stream, backward=True)
        for packet in islice(container.demux(stream), RUN):
            packets += bool(packet.size) and not packet.is_discard  # an edit list hides the others
            frames += _whole_frames(packet.decode)
        frames += _whole_frames(stream.codec_context.decode)
        stream.codec_context.flush_buffers()
    if 4 * frames < 3 * packets:
        raise MediaFault("media.undecodable")


def _whole_frames(decode: Callable[[], list[Any]]) -> int:
    try:
        return sum(not frame.is_corrupt for frame in decode())
    except av.FFmpegError:
        return 0
