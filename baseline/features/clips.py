"""The clips of a release, worked on in child processes: a decoder may crash on a damaged file."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path, PurePosixPath
from typing import Generic, TypeVar

from baseline.data.release import root
from baseline.data.rows import Release, Row
from baseline.errors import BaselineError, UsageError

FOLDER = "clips"
MOST_PROCESSES = 4
MOST_MEMORY = 4 * 2**30  # bytes of addresses of a child
AT_ONCE = 8  # clips that a child takes at once

T = TypeVar("T")


def require_clips(release: Release) -> None:
    """Refuse a release without clips.

    Raises:
        UsageError: no row of the release has one.
    """
    if not any(row.clip for rows in release.rows.values() for row in rows):
        raise UsageError(
            "This release has no clips, so features of sound and pictures cannot be computed. "
            "Export it with --clips, or give vectors of your own with --features MODALITY=PATH."
        )


class ClipReader(Generic[T]):
    """Applies a function to the clips of rows.

    Args:
        release: the release, a folder or zip file.
        function: content of a clip -> result; a function of a module, which child processes import.
    """

    def __init__(self, release: Release, function: Callable[[bytes], T]) -> None:
        """Start no process yet: the first clip does."""
        self._root, self._function = root(release.path), function
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ClipReader[T]:
        """Return the reader."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child processes."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def results(self, rows: Sequence[Row]) -> list[T | None]:
        """Return the result of each row, None for a row without a clip.

        Raises:
            BaselineError: a clip is missing from the release or is not the one that its name states; or it ended the
                process that decoded it.
        """
        if not any(row.clip for row in rows):
            return [None] * len(rows)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                min(MOST_PROCESSES, len(os.sched_getaffinity(0))),
                multiprocessing.get_context("spawn"),  # a forked process inherits the threads' locks of torch
                initializer=_prepare_child,
            )
        contents = (_content(self._root, row) for row in rows if row.clip)
        try:
            found = iter(list(self._pool.map(self._function, contents, chunksize=AT_ONCE)))
        except BrokenProcessPool as error:
            raise BaselineError(
                f"A clip of the utterances {rows[0].id} to {rows[-1].id} ended the program that decodes it: it is "
                "damaged or needs too much memory. Cut it again and make a new release."
            ) from error
        return [next(found) if row.clip else None for row in rows]


def _content(top: Path | zipfile.Path, row: Row) -> bytes:
    """Return a clip, whose name in the release is the sha256 of its content."""
    name = PurePosixPath(row.clip)
    if name.parent != PurePosixPath(FOLDER):
        raise BaselineError(f"The clip of {row.id} is {row.clip!r}, which is not in the folder {FOLDER}.")
    file = top / FOLDER / name.name
    if not file.is_file():
        raise BaselineError(f"{row.clip}, the clip of {row.id}, is missing. Download or export the release again.")
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != name.stem:
        raise BaselineError(f"{row.clip}, the clip of {row.id}, has changed. Download or export the release again.")
    return content


def _prepare_child() -> None:
    """Limit the memory of a child, and let it have one thread: there are as many children as cores."""
    os.environ["OMP_NUM_THREADS"] = "1"
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
