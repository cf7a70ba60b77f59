"""CPU time and memory of cutting clips; `python -m benchmarks.clips [SECONDS] [--each]`.

Makes a video in 1080p (25 fps, H.264 High with B-frames, a keyframe every 8 s, 4 Mb/s) and cuts 37 % of it as
utterances of 1.67 s, one every 4.5 s: 600 of them in 45 minutes. All are cut in one pass by `corpus.media.cut.clips`,
and with `--each` also in the straightforward way, by one ffmpeg per clip. The film repeats a part that is encoded once,
which costs a decoder as much as a film that does not repeat. Memory is the largest sum over the child processes in each
quarter of the run, so growth shows.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from corpus.media.cut.clips import CutClip, Span, cut_clips
from corpus.media.ffmpeg.program import find_ffmpeg

FFMPEG = find_ffmpeg("")
SIZE = "1920x1080"
PART = 96  # seconds that are encoded: twelve distances between keyframes
EVERY_MS = 4500
LENGTH_MS = 1670


def ffmpeg(words: str) -> None:
    subprocess.run([str(FFMPEG), "-loglevel", "error", "-nostdin", *words.split()], check=True)


def make_film(path: Path, seconds: int) -> None:
    """Write a film of that length with sound."""
    part = path.with_name("part.mp4")
    picture = f"-f lavfi -i testsrc2=size={SIZE}:rate=25:duration={PART},noise=alls=12:allf=t"
    sound = f"-f lavfi -i anoisesrc=r=48000:d={PART}"
    video = "-c:v libx264 -preset veryfast -b:v 4M -g 200 -keyint_min 200 -sc_threshold 0 -pix_fmt yuv420p"
    ffmpeg(f"{picture} {sound} {video} -c:a aac {part}")
    ffmpeg(f"-stream_loop {seconds // PART} -i {part} -t {seconds} -c copy -movflags +faststart {path}")
    part.unlink()


def one_pass(film: Path, spans: list[Span], folder: Path) -> None:
    made = list(cut_clips(film, spans, folder))
    assert all(isinstance(clip, CutClip) for clip in made), made


def one_each(film: Path, spans: list[Span], folder: Path) -> None:
    style = "-vf scale=-2:480 -c:v libx264 -preset veryfast -crf 23 -c:a aac -movflags +faststart"
    for span in spans:
        seconds = (span.end_ms - span.start_ms) / 1000
        ffmpeg(f"-ss {span.start_ms / 1000} -i {film} -t {seconds} {style} {folder / span.key}.mp4")


def memory_of_children() -> float:
    """Return the resident memory of all descendants of this process in MB."""
    parents, sizes = {}, {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                fields = (each / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents[int(each.name)], sizes[int(each.name)] = int(fields[1]), int(fields[21])
    own = {os.getpid()}
    grown = True
    while grown:
        more = {child for child, parent in parents.items() if parent in own} - own
        own |= more
        grown = bool(more)
    return sum(sizes[child] for child in own - {os.getpid()} if child in sizes) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def measure(name: str, work: Callable[[Path, list[Span], Path], None], film: Path, spans: list[Span]) -> None:
    """Run one way of cutting and print its cost."""
    sizes: list[float] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1):
            sizes.append(memory_of_children())

    watcher = threading.Thread(target=watch)
    watcher.start()
    with tempfile.TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        work(film, spans, Path(folder))
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    ended.set()
    watcher.join()
    quarters = [max(sizes[len(sizes) * at // 4 : len(sizes) * (at + 1) // 4], default=0) for at in range(4)]
    memory = ", ".join(f"{peak:.0f}" for peak in quarters)
    print(
        f"{name:10} {len(spans)} clips  {cpu:6.1f} CPU s  {cpu / len(spans):.2f} a clip  {wall:6.1f} s  {size:,} bytes"
        f"  MB by quarters: {memory}; load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


def main() -> None:
    """Print a line per way of cutting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=int, nargs="?", default=2700)
    parser.add_argument("--each", action="store_true", help="also cut with one ffmpeg per clip")
    options = parser.parse_args()
    spans = [Span(str(at), at, at + LENGTH_MS) for at in range(500, options.seconds * 1000 - 2500, EVERY_MS)]
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        make_film(film, options.seconds)
        measure("one pass", one_pass, film, spans)
        if options.each:
            measure("one each", one_each, film, spans)


if __name__ == "__main__":
    main()
