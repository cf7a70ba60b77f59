"""The cache of computed vectors: one file per block of utterances, named by the digest of its content.

A command that was interrupted computes the missing blocks only, and releases with the same utterances share files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from baseline.data.targets import Floats

BLOCK = 256  # utterances

T = TypeVar("T")


def blocks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield rows in blocks of at most `BLOCK`."""
    for start in range(0, len(rows), BLOCK):
        yield rows[start : start + BLOCK]


def key(name: str, version: str, contents: Iterable[bytes]) -> str:
    """Return a digest of the features' name and version and the content of each utterance."""
    digest = hashlib.sha256(f"{name}\0{version}".encode())
    for content in contents:
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def stored(folder: Path, digest: str, compute: Callable[[], Floats]) -> Floats:
    """Return the array stored under a digest, and compute and store it first where there is none."""
    file = folder / f"{digest}.npy"
    if file.is_file():
        return np.asarray(np.load(file), np.float32)
    values = compute().astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{digest}.{os.getpid()}"
    with unfinished.open("wb") as stream:
        np.save(stream, values)
    unfinished.replace(file)
    return values
