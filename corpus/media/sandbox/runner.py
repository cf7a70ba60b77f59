"""The runner of programs that read uploads: own process group, time and memory limits, bounded output.

All functions build on `stream`: it yields the program's output, and when the consumer stops, raises or is done, no
process of the group is left.
"""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from corpus.media.faults import MediaFault
from corpus.media.sandbox.bubblewrap import ROOT, sandboxed

CONFINE = Path(__file__).with_name("confine.py")
TAIL_BYTES = 4096
CHUNK_BYTES = 65_536
FOLDERS = re.compile(r"(?:file:)?(?:/[^/\s:]+)*/(?=[^/\s])")  # paths of the server are not shown
OVER_LIMITS = {signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ}
# without our secrets, and without buffers per core, which would exhaust the address space on large machines
ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a child: `wall_s` and `cpu_s` in seconds, `memory` and `file_size` in bytes."""

    wall_s: float
    cpu_s: int
    memory: int = 4 * 2**30
    file_size: int = 16 * 2**30


def for_length(duration_ms: int, *, per_second: float) -> Limits:
    """Return limits for work on `duration_ms` of media that may take `per_second` CPU seconds for each of its seconds.

    The wall time is three times the CPU time, since a niced process on a busy machine gets a fraction of a core.
    """
    cpu_s = 60 + int(duration_ms / 1000 * per_second)
    return Limits(wall_s=3 * cpu_s, cpu_s=cpu_s)


def stream(
    argv: Sequence[str | Path], *, limits: Limits, reads: Sequence[Path] = (), writes: Sequence[Path] = ()
) -> Generator[bytes, None, None]:
    """Run `argv` and yield its standard output in chunks.

    Args:
        argv: absolute path of the program and its arguments.
        limits: beyond them the whole process group is killed.
        reads, writes: accessible paths under bubblewrap, see `sandboxed`.

    Raises:
        MediaFault: `media.over_limits`, `media.disk_full`, or `media.failed` with the last line of its errors.
    """
    process = _start(argv, limits=limits, reads=reads, writes=writes)
    deadline = time.monotonic() + limits.wall_s
    tail = bytearray()
    try:
        yield from _pump(process, tail, deadline)
        code = process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except (TimeoutError, subprocess.TimeoutExpired):
        raise MediaFault("media.over_limits", seconds=int(limits.wall_s)) from None
    finally:
        _end(process)
    if code:
        raise _fault(code, tail.decode("utf-8", "replace"), limits)


def collect(
    argv: Sequence[str | Path],
    *,
    limits: Limits,
    reads: Sequence[Path] = (),
    writes: Sequence[Path] = (),
    at_most: int = 64 * 2**20,
) -> bytes:
    """Run `argv` and return its standard output, which may have `at_most` bytes; raises as `stream` does."""
    output = bytearray()
    with contextlib.closing(stream(argv, limits=limits, reads=reads, writes=writes)) as chunks:
        for chunk in chunks:
            output += chunk
            if len(output) > at_most:
                raise MediaFault("media.output_too_big", megabytes=at_most // 2**20)
    return bytes(output)


def lines(chunks: Generator[bytes, None, None]) -> Generator[str, None, None]:
    """Yield the whole lines in `chunks`; the source is closed when the consumer stops."""
    rest = b""
    with contextlib.closing(chunks):
        for chunk in chunks:
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace")


def follow(
    argv: Sequence[str | Path],
    *,
    limits: Limits,
    total_ms: int,
    progress: Progress | None,
    reads: Sequence[Path] = (),
    writes: Sequence[Path] = (),
) -> None:
    """Run an ffmpeg that writes `-progress pipe:1`, calling `progress(done_ms, total_ms)`.

    Raises:
        MediaFault: as `stream` does; errors of `progress` are raised after the program was killed.
    """
    with contextlib.closing(lines(stream(argv, limits=limits, reads=reads, writes=writes))) as output:
        for line in output:
            if progress and (done := re.fullmatch(r"out_time_us=(\d+)", line)):
                progress(min(int(done[1]) // 1000, total_ms), total_ms)
    if progress:
        progress(total_ms, total_ms)


def _start(
    argv: Sequence[str | Path], *, limits: Limits, reads: Sequence[Path], writes: Sequence[Path]
) -> subprocess.Popen[bytes]:
    numbers = (os.getpid(), limits.cpu_s, limits.memory, limits.file_size)
    confined = [sys.executable, "-I", "-S", str(CONFINE), *map(str, numbers)]
    return subprocess.Popen(
        [*confined, *sandboxed([str(word) for word in argv], reads=reads, writes=writes)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=ROOT,
        env=ENVIRONMENT,
    )


def _pump(process: subprocess.Popen[bytes], tail: bytearray, deadline: float) -> Generator[bytes, None, None]:
    """Yield standard output and store the end of standard error, until both are closed.

    Raises:
        TimeoutError: the deadline came first.
    """
    stdout, stderr = cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stderr)
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        selector.register(stderr, selectors.EVENT_READ)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in selector.select(left):
                chunk = os.read(key.fd, CHUNK_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                elif key.fileobj is stdout:
                    yield chunk
                else:
                    tail += chunk
                    del tail[:-TAIL_BYTES]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill and reap the process group. A reaped group is skipped, because its id may have been reused."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()


def _fault(code: int, said: str, limits: Limits) -> MediaFault:
    if -code in OVER_LIMITS or code - 128 in OVER_LIMITS:  # bubblewrap returns 128 + the number of a signal
        return MediaFault("media.over_limits", seconds=limits.cpu_s)
    if "No space left on device" in said:
        return MediaFault("media.disk_full")
    if "Cannot allocate memory" in said or "MemoryError" in said:
        return MediaFault("media.over_limits", seconds=limits.cpu_s)
    last = said.strip().splitlines()[-1:] or [f"exit code {code}"]
    return MediaFault("media.failed", reason=FOLDERS.sub("", last[0])[:300])
