"""`python -m corpus.media.playback.join_child JSON`: join encoded windows and their sound into one faststart MP4.

Packets are copied in the order of their times, so the same windows always give the same bytes. Started by `windows`
with limits. Prints nothing, or `{"what": …}` if the windows do not fit together.
"""

import heapq
import json
import sys
from collections.abc import Iterator
from typing import Any

import av

MADE = {"movflags": "+faststart", "fflags": "+bitexact"}


class Misfit(Exception):  # noqa: N818 -- reads as a sentence
    """The windows do not fit together."""


def join(windows: list[str], sound: str | None, target: str, end_ms: int | None) -> None:
    """Write `target`; with `end_ms` the sound ends there."""
    with av.open(f"file:{target}", "w", format="mp4", options=MADE) as output, av.open(f"file:{windows[0]}") as first:
        picture: Any = output.add_stream_from_template(first.streams.video[0])
        sources = [_pictures(windows, picture, first.streams.video[0].codec_context.extradata)]
        if sound:
            with av.open(f"file:{sound}") as whole:
                voice: Any = output.add_stream_from_template(whole.streams.audio[0])
                sources.append(_sounds(whole, voice, end_ms))
                _write(output, sources)
        else:
            _write(output, sources)


def _write(output: Any, sources: list[Iterator[Any]]) -> None:
    for packet in heapq.merge(*sources, key=lambda packet: packet.dts * packet.time_base):
        output.mux_one(packet)


def _pictures(windows: list[str], stream: Any, header: Any) -> Iterator[Any]:
    last = None
    for name in windows:
        with av.open(f"file:{name}") as window:
            track = window.streams.video[0]
            if track.codec_context.extradata != header:
                raise Misfit("header")
            for packet in window.demux(track):
                if packet.dts is None:  # the end
                    continue
                at = packet.dts * packet.time_base
                if last is not None and at <= last:  # uneven pictures around the seam: later, up to its own time
                    packet.dts = int(last / packet.time_base) + 1
                    at = packet.dts * packet.time_base
                if packet.pts is None or packet.dts > packet.pts:
                    raise Misfit("seam")
                last = at
                packet.stream = stream
                yield packet


def _sounds(whole: Any, stream: Any, end_ms: int | None) -> Iterator[Any]:
    for packet in whole.demux(whole.streams.audio[0]):
        if packet.dts is None or packet.pts is None:
            continue
        if end_ms is not None and packet.pts * packet.time_base * 1000 >= end_ms:
            return
        packet.stream = stream
        yield packet


if __name__ == "__main__":
    try:
        join(**json.loads(sys.argv[1]))
    except Misfit as misfit:
        print(json.dumps({"what": str(misfit)}))  # noqa: T201 -- the result for the parent
