"""The child process `python -m baseline train`: its command, progress and errors.

The baseline is a program of its own that knows nothing of Concord, and torch takes seconds and hundreds of megabytes
to load; so no process of the server imports it.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.conf import settings

from common.errors import Refused
from common.parent_process import die_with_parent

NICENESS = 10  # people who label come first
SILENCE_S = 2.0


def is_installed() -> bool:
    """Return whether torch is installed beside this program."""
    return find_spec("torch") is not None


def train(
    release: Path, folder: Path, *, models: Sequence[str], seeds: int, progress: Callable[[int, int], None]
) -> None:
    """Train models on a release and write the report; what is finished in the folder is not repeated.

    Args:
        release: zip file.
        folder: of the runs and the report, see docs/baseline.md; `features` and `log.txt` are beside them.
        models: names; "majority" and "linear" run always.
        seeds: number of seeds.
        progress: is told how many of how many runs are finished, every few seconds. If it raises, the process is
            killed.

    Raises:
        Refused: `training.failed`, with the last line that the process printed.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.nice(NICENESS)
        die_with_parent(parent, signal.SIGKILL)

    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            _command(release, folder, models, seeds),
            cwd=settings.BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509 -- it only makes two system calls
        )
    try:
        assert process.stdout is not None  # noqa: S101 -- a pipe
        done, of = 0, 0
        for line in _lines(process.stdout):
            if line:
                told = json.loads(line)
                done, of = told["done"], told["of"]
            progress(done, of)
        code = process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if code:
        raise Refused("training.failed", reason=_last_line(folder / "log.txt") or f"exit code {code}")


def _command(release: Path, folder: Path, models: Sequence[str], seeds: int) -> list[str]:
    command = [sys.executable, "-m", "baseline", "train", str(release), "--progress", "--seeds", str(seeds)]
    return [*command, "--out", str(folder), "--cache", str(folder / "features"), "--model", *(models or ["linear"])]


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a pipe, and an empty one whenever it was silent for `SILENCE_S`."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(SILENCE_S):
                yield b""
                continue
            chunk = os.read(stream.fileno(), 65_536)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300].rstrip(".") if lines else ""  # it stands within a sentence
