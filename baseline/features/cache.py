"""The cache of computed arrays: files per block of utterances, named by the digest of its content.

A command that was interrupted computes the missing blocks only, and releases with the same utterances share files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

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
    file = stored_files(folder, digest, [""], lambda: {"": compute().astype(np.float32)})[""]
    return np.asarray(np.load(file), np.float32)


def stored_files(
    folder: Path, digest: str, names: Sequence[str], compute: Callable[[], Mapping[str, NDArray[Any]]]
) -> dict[str, Path]:
    """Return the files stored under a digest by the names of their arrays; compute and store them if one is missing."""
    files = {name: folder / f"{digest}{'.' if name else ''}{name}.npy" for name in names}
    if not all(file.is_file() for file in files.values()):
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in compute().items():
            unfinished = files[name].with_suffix(f".{os.getpid()}")
            with unfinished.open("wb") as stream:
                np.save(stream, values)
            unfinished.replace(files[name])
    return files
