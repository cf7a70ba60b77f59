"""`python -m corpus.media.cut.cut_child JSON`: cut clips out of a playable file, and report each as a line of JSON.

The file is decoded once for all clips. A clip holds every frame that is on screen at some time of its span, and
the sound from the start of the first to the end of the last of them, to the sample. Started by `cut` with limits.
"""

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from corpus.media.atomic_file import unfinished
from corpus.media.cut.frame_reader import RATE, Picture, Reel
from corpus.media.faults import MediaFault

TOLERANCE_MS = 1.0  # a subtitle's whole ms against a frame's fraction
PAST_END_MS = 100
LONGEST_FRAME_MS = 100  # a still that stays on for seconds does not lengthen the clip
TICKS = 90_000
AUDIO_FRAME = 1024
AUDIO_SLACK_MS = 1000 * 2 * AUDIO_FRAME / RATE
MADE = {"movflags": "+faststart", "fflags": "+bitexact"}


@dataclass(frozen=True, slots=True)
class Order:
    """One clip to make, and how: `height` in pixels at most, `crf` and `preset` of libx264."""

    start_ms: int
    end_ms: int
    target: Path
    height: int
    crf: int
    preset: str


class Clip:
    """A clip while it is written. Its true span is the requested one extended to whole frames."""

    def __init__(self, order: Order, reel: Reel) -> None:
        self.order, self.reel = order, reel
        self.path = unfinished(order.target)
        self.output: Any = av.open(f"file:{self.path}", "w", format="mp4", options=MADE)
        self.start_ms, self.end_ms = float(order.start_ms), min(float(order.end_ms), reel.duration_ms)
        self.picture: Any = _picture_stream(self.output, reel.video, order) if reel.video else None
        self.voice: Any = self.output.add_stream("aac", rate=RATE, layout="stereo") if reel.audio else None
        self.frames = 0
        self.packets: list[Any] = []  # until the true span, a part of the header, is known

    def show(self, shown: Picture) -> None:
        """Encode a frame if it is on screen within the span."""
        order = self.order
        if shown.end_ms <= order.start_ms + TOLERANCE_MS or shown.start_ms >= order.end_ms - TOLERANCE_MS:
            return
        if not self.frames:
            self.start_ms = min(order.start_ms, max(shown.start_ms, order.start_ms - LONGEST_FRAME_MS))
        self.end_ms = max(self.end_ms, min(shown.end_ms, order.end_ms + LONGEST_FRAME_MS))
        frame = shown.frame.reformat(width=self.picture.width, height=self.picture.height, format="yuv420p")
        frame.pts = round(max(0.0, shown.start_ms - self.start_ms) * TICKS / 1000)
        frame.time_base = Fraction(1, TICKS)
        frame.pict_type = 0  # the encoder decides
        self.packets += self.picture.encode(frame)
        self.frames += 1

    def finish(self) -> dict[str, Any]:
        """Write the audio and the index, and decode the complete clip.

        Raises:
            MediaFault: `media.output_wrong`, if a part is missing.
        """
        self.output.metadata["comment"] = json.dumps([round(self.start_ms), round(self.end_ms), self.frames])
        if self.picture:
            self.packets += self.picture.encode(None)
        if self.voice:
            self._speak(self.reel.sound.between(self.start_ms, self.end_ms))
        with self.output:
            self.output.mux(self.packets)
        return inspect(self.path)

    def _speak(self, samples: Any) -> None:
        for at in range(0, len(samples), AUDIO_FRAME):
            piece = np.ascontiguousarray(samples[at : at + AUDIO_FRAME].reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="stereo")
            frame.rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            self.packets += self.voice.encode(frame)
        self.packets += self.voice.encode(None)


def inspect(path: Path) -> dict[str, Any]:
    """Decode the clip at `path` and return its true span and frames, as written into it when it was made.

    Raises:
        MediaFault: `media.output_wrong`, if frames or audio are missing.
    """
    frames, samples = 0, 0
    clip: Any
    with av.open(f"file:{path}") as clip:
        start_ms, end_ms, wanted = json.loads(clip.metadata["comment"])
        voiced = bool(clip.streams.audio)
        for frame in clip.decode(*clip.streams.video, *clip.streams.audio):
            if isinstance(frame, av.VideoFrame):
                frames += 1
            else:
                samples += frame.samples
    if frames != wanted or not (frames or voiced):
        raise MediaFault("media.output_wrong", what="picture")
    if voiced and abs(samples * 1000 / RATE - (end_ms - start_ms)) > AUDIO_SLACK_MS:
        raise MediaFault("media.output_wrong", what="sound")
    return {"start_ms": start_ms, "end_ms": end_ms, "frames": frames, "reused": False}


def cut(reel: Reel, orders: list[Order]) -> Iterator[tuple[Order, dict[str, Any]]]:
    """Cut the clips in order of their starts; yield each with its contents or its fault."""
    waiting, active = deque(orders), list[Clip]()
    while waiting or active:
        if not active and reel.worth_seeking(waiting[0].start_ms):
            reel.seek(waiting[0].start_ms)
        pictures = reel.step()
        while waiting and (reel.ended or waiting[0].start_ms < reel.now_ms):
            active.append(Clip(waiting.popleft(), reel))
        for shown in pictures:
            for clip in active:
                clip.show(shown)
        for clip in [clip for clip in active if reel.read_ms >= clip.order.end_ms + reel.frame_ms]:
            active.remove(clip)
            yield clip.order, _result_or_fault(clip.finish)
        reel.sound.forget(before_ms=min([reel.now_ms, reel.read_ms, *(clip.start_ms for clip in active)]) - 1000)


def _result_or_fault(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return work()
    except MediaFault as fault:
        return {"fault": fault.code, "params": fault.params}


def _past_end(order: Order, reel: Reel) -> dict[str, Any]:
    span = {"start_ms": order.start_ms, "end_ms": order.end_ms, "duration_ms": round(reel.duration_ms)}
    return {"fault": "media.past_end", "params": span}


def _cut_before(order: Order) -> dict[str, Any] | None:
    """Return the result of an earlier run, if it is complete."""
    try:
        return inspect(order.target) if order.target.exists() else None
    except (MediaFault, av.FFmpegError, KeyError, ValueError):
        return None


def _picture_stream(output: Any, source: Any, order: Order) -> Any:
    context = source.codec_context
    height = min(order.height, context.height) // 2 * 2
    pixel = context.sample_aspect_ratio or 1
    stream = output.add_stream(
        "libx264", rate=source.average_rate, options={"crf": str(order.crf), "preset": order.preset}
    )
    stream.height, stream.width = height, max(2, round(context.width * pixel * height / context.height / 2) * 2)
    stream.pix_fmt = "yuv420p"
    encoder = stream.codec_context
    encoder.time_base = Fraction(1, TICKS)
    encoder.max_b_frames = 0  # the first frame's time is 0 for readers that know no edit lists, too
    encoder.thread_count = 1
    for name in ("color_range", "color_primaries", "color_trc", "colorspace"):
        setattr(encoder, name, getattr(context, name))
    return stream


def _results(reel: Reel, orders: list[Order]) -> Iterator[tuple[Order, dict[str, Any]]]:
    missing = []
    for order in orders:
        if order.end_ms > reel.duration_ms + PAST_END_MS or order.start_ms >= reel.duration_ms - TOLERANCE_MS:
            yield order, _past_end(order, reel)
        elif made := _cut_before(order):
            yield order, made | {"reused": True}
        else:
            missing.append(order)
    yield from cut(reel, missing)


def main() -> None:
    wanted = json.loads(sys.argv[1])
    try:
        reel = Reel(Path(wanted["playable"]))
    except MediaFault as fault:  # of the file: no clip can be cut
        for order in wanted["orders"]:
            _print_result(order["start_ms"], order["end_ms"], {"fault": fault.code, "params": fault.params})
        return
    for order, result in _results(reel, _orders(wanted, ".mp4" if reel.video else ".m4a")):
        _print_result(order.start_ms, order.end_ms, {"name": order.target.name} | result)


def _orders(wanted: dict[str, Any], ending: str) -> list[Order]:
    folder, style = Path(wanted["folder"]), wanted["profile"]
    return [Order(target=folder / (order.pop("stem") + ending), **order, **style) for order in wanted["orders"]]


def _print_result(start_ms: int, end_ms: int, result: dict[str, Any]) -> None:
    print(json.dumps({"asked_start_ms": start_ms, "asked_end_ms": end_ms} | result), flush=True)  # noqa: T201 -- to `cut`


if __name__ == "__main__":
    main()
