"""CPU time of cutting clips: all of a batch in one pass (corpus.media.cut.clips), or with one ffmpeg per clip.

    python benchmarks/clips.py [SECONDS]

Makes a video in 1080p (25 fps, a keyframe every 8 s, 4 Mb/s) and cuts utterances that cover 37 % of it.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from corpus.media.cut.clips import CutClip, Span, cut_clips
from corpus.media.ffmpeg.program import find_ffmpeg

FFMPEG = find_ffmpeg("")
SIZE = "1920x1080"


def ffmpeg(words: str) -> None:
    subprocess.run([str(FFMPEG), "-loglevel", "error", *words.split()], check=True)


def make_film(path: Path, seconds: int) -> None:
    picture = f"-f lavfi -i testsrc2=size={SIZE}:rate=25:duration={seconds},noise=alls=12:allf=t"
    sound = f"-f lavfi -i anoisesrc=r=48000:d={seconds}"
    video = "-c:v libx264 -preset superfast -b:v 4M -g 200 -keyint_min 200 -sc_threshold 0 -pix_fmt yuv420p"
    ffmpeg(f"{picture} {sound} {video} -c:a aac -movflags +faststart {path}")


def one_pass(film: Path, spans: list[Span], folder: Path) -> None:
    made = list(cut_clips(film, spans, folder))
    assert all(isinstance(clip, CutClip) for clip in made), made


def one_each(film: Path, spans: list[Span], folder: Path) -> None:
    style = "-vf scale=-2:480 -c:v libx264 -preset veryfast -crf 23 -c:a aac -movflags +faststart"
    for span in spans:
        seconds = (span.end_ms - span.start_ms) / 1000
        ffmpeg(f"-ss {span.start_ms / 1000} -i {film} -t {seconds} {style} {folder / span.key}.mp4")


def measure(name: str, work: Callable[[Path, list[Span], Path], None], film: Path, spans: list[Span]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        work(film, spans, Path(folder))
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    print(
        f"{name:10} {len(spans)} clips  {cpu:6.1f} CPU s  {cpu / len(spans):.2f} a clip  {wall:6.1f} s  {size:,} bytes"
    )


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    spans = [Span(str(at), at, at + 1670) for at in range(500, seconds * 1000 - 2500, 4500)]
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        make_film(film, seconds)
        measure("one pass", one_pass, film, spans)
        measure("one each", one_each, film, spans)


if __name__ == "__main__":
    main()
