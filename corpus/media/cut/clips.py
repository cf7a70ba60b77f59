"""Clips: one file per utterance, cut from an episode's playable file by child processes under limits.

An episode is decoded forwards once for a batch of clips. In 1080p with a keyframe every 8 s a clip costs 1.76 CPU
seconds so, its check included, and 1.92 unchecked with one ffmpeg each, whose starts and run-ups add up
(benchmarks/clips.py); and of a crashing decoder only one clip is lost, as it runs in a child here as there.
"""

import contextlib
import hashlib
import json
import sys
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.media.atomic_file import unfinished
from corpus.media.faults import MediaFault
from corpus.media.sandbox.runner import Limits, for_length, lines, stream

PER_CHILD = 64
ENDINGS = (".mp4", ".m4a")  # with and without pictures
CPU_PER_SECOND = 8.0  # to decode and encode a second of the largest picture
START_CPU = 1  # for each clip: a seek and its run-up


@dataclass(frozen=True, slots=True)
class Span:
    """A span to cut: `key` is the caller's name for it, times in ms of the episode."""

    key: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ClipProfile:
    """The encoding of clips; `name` is a part of their file names, so other settings need another name."""

    name: str
    height: int
    crf: int
    preset: str


STANDARD = ClipProfile(name="480p", height=480, crf=23, preset="veryfast")


@dataclass(frozen=True, slots=True)
class CutClip:
    """A clip that was decoded completely after it was written; `start_ms` and `end_ms` are its true span.

    `frames` is 0 for an episode without video; `reused` means that an earlier run wrote it.
    """

    key: str
    path: Path
    start_ms: int
    end_ms: int
    frames: int
    sha256: str
    size: int
    reused: bool


@dataclass(frozen=True, slots=True)
class CutFault:
    """A span that could not be cut, and the reason."""

    key: str
    fault: MediaFault


def cut_clips(
    playable: Path, spans: Sequence[Span], out_dir: Path, profile: ClipProfile = STANDARD
) -> Generator[CutClip | CutFault, None, None]:
    """Cut spans of `playable` into `out_dir`; yield each clip as soon as it is complete, in order of time.

    A clip (.mp4; .m4a of an episode without pictures) begins and ends on whole frames around its span, and its sound
    with them. Its name states span and profile, and an existing one is checked and used: `out_dir` must
    belong to one playable file. Spans with the same times share a file.

    Args:
        playable: a result of `make_playable`.
        spans: in any order; one past the end yields a `CutFault`, the others are cut.

    Raises:
        MediaFault: `media.disk_full`.
        ValueError: a span that ends before it starts.
    """
    keys: dict[tuple[int, int], list[str]] = {}
    for span in spans:
        if not 0 <= span.start_ms < span.end_ms:
            raise ValueError(f"{span} is not a valid span")
        keys.setdefault((span.start_ms, span.end_ms), []).append(span.key)
    out_dir.mkdir(parents=True, exist_ok=True)
    ranges = sorted(keys)
    for at in range(0, len(ranges), PER_CHILD):
        for times, result in _cut(playable.absolute(), ranges[at : at + PER_CHILD], out_dir.absolute(), profile):
            for key in keys[times]:
                yield CutFault(key, result) if isinstance(result, MediaFault) else CutClip(key=key, **result)


Times = tuple[int, int]
Result = dict[str, Any] | MediaFault


def _cut(
    playable: Path, ranges: Sequence[Times], out_dir: Path, profile: ClipProfile
) -> Iterator[tuple[Times, Result]]:
    """Cut a batch in one child; if the child dies of it, each that is missing in a child of its own."""
    left = list(ranges)
    try:
        for times, result in _in_child(playable, ranges, out_dir, profile):
            left.remove(times)
            yield times, result
    except MediaFault as fault:
        if fault.code == "media.disk_full":
            raise
        if len(ranges) == 1:
            yield ranges[0], fault
            return
        for times in left:
            yield from _cut(playable, [times], out_dir, profile)


def _in_child(
    playable: Path, ranges: Sequence[Times], out_dir: Path, profile: ClipProfile
) -> Iterator[tuple[Times, Result]]:
    orders = [{"stem": _stem(times, profile), "start_ms": times[0], "end_ms": times[1]} for times in ranges]
    style = asdict(profile)
    del style["name"]
    wanted = json.dumps({"playable": str(playable), "folder": str(out_dir), "orders": orders, "profile": style})
    argv = [sys.executable, "-m", "corpus.media.cut.cut_child", wanted]
    try:
        with contextlib.closing(
            lines(stream(argv, limits=_limits(ranges), reads=[playable], writes=[out_dir]))
        ) as lines_read:
            for line in lines_read:
                yield _read(line, out_dir)
    finally:
        for times in ranges:
            for ending in ENDINGS:
                unfinished(out_dir / (_stem(times, profile) + ending)).unlink(missing_ok=True)


def _read(line: str, out_dir: Path) -> tuple[Times, Result]:
    """Return the child's result for a span; a new clip gets its final name here."""
    report = json.loads(line)
    times = (report.pop("asked_start_ms"), report.pop("asked_end_ms"))
    if "fault" in report:
        return times, MediaFault(report["fault"], **report["params"])
    path = out_dir / report.pop("name")
    if not report["reused"]:
        unfinished(path).replace(path)
    with path.open("rb") as file:
        report["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
        report["size"] = file.tell()
    return times, report | {"path": path}


def _stem(times: Times, profile: ClipProfile) -> str:
    return f"{times[0]:09d}-{times[1]:09d}-{profile.name}"


def _limits(ranges: Sequence[Times]) -> Limits:
    window_ms = max(end for _, end in ranges) - ranges[0][0]
    return for_length(window_ms + 1000 * len(ranges) * START_CPU, per_second=CPU_PER_SECOND)
