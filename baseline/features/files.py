"""Vectors from anyone's files, by the names of utterances."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from baseline.data.rows import SPLITS, Row
from baseline.data.targets import Floats
from baseline.errors import BaselineError, UsageError
from baseline.features import cache
from baseline.features.base import Features, Prepared, Setting, Vectors
from baseline.features.stored_rows import StoredRows

LIST = {"ids.npy", "vectors.npy"}  # in a .npz file with one matrix of all vectors


class FileVectors(Features):
    """Vectors by utterance id: a `.npz` with an array per id (or `ids` and `vectors`), or a folder of `<id>.npy`.

    A matrix (frames, width) is replaced by its mean over the frames. Without `=`, the modality is the file's name:
    `--features audio=wav2vec.npz` names another one. The vectors are copied into the cache, block by block, so that
    memory does not grow with their number.
    """

    def __init__(self, path: Path, modality: str = "") -> None:
        """Name the features after their file."""
        self.path = path
        self.name = path.stem
        self.modality = modality or path.stem

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Read the vectors; rows without one are masked.

        Raises:
            UsageError: there is no such file or folder, or no vector belongs to an utterance of the release.
            BaselineError: the vectors differ in their length or contain values that are not finite.
        """
        rows = setting.release.rows
        try:
            names, read = _opened(self.path, setting.cache / "files")
            wanted = [row.id for split in SPLITS for row in rows[split] if row.id in names]
            if not wanted:
                raise UsageError(
                    f"{self.path} has no vector for any utterance of this release. Name vectors by the column id."
                )
            width = read(wanted[0]).shape[0]
            return {split: self._of_split(rows[split], names, read, width, setting) for split in SPLITS}
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise UsageError(
                f"{self.path} cannot be read as vectors: {error}. Give a .npz file or a folder of .npy files."
            ) from error

    def _of_split(
        self, rows: list[Row], names: Collection[str], read: Callable[[str], Floats], width: int, setting: Setting
    ) -> Vectors:
        files = []
        for block in cache.blocks(rows):
            values = np.full((len(block), width), np.nan, np.float32)
            for index, row in enumerate(block):
                if row.id in names:
                    vector = read(row.id)
                    if vector.shape != (width,):
                        lengths = sorted({width, *vector.shape})
                        raise BaselineError(f"The vectors in {self.path} have different lengths: {lengths}.")
                    if not np.isfinite(vector).all():
                        raise BaselineError(
                            f"The vector of {row.id} in {self.path} is not finite. Leave such utterances out."
                        )
                    values[index] = vector
            key = cache.key(self.name, "", [values.tobytes()])
            files.append(cache.stored_files(setting.cache / "files", key, [""], lambda found=values: {"": found})[""])  # type: ignore[misc]
        return Vectors(StoredRows(files))


def _opened(path: Path, folder: Path) -> tuple[Collection[str], Callable[[str], Floats]]:
    """Return the names of the vectors, and a function that reads the vector of a name."""
    if path.is_dir():
        return {file.stem for file in path.glob("*.npy")}, lambda name: _vector(np.load(path / f"{name}.npy"))
    with zipfile.ZipFile(path) as archive:
        is_list = set(archive.namelist()) == LIST
    arrays = np.load(path)  # reads each array on use
    if not is_list:
        return set(arrays.files), lambda name: _vector(arrays[name])
    numbers = {str(name): number for number, name in enumerate(arrays["ids"].tolist())}
    with zipfile.ZipFile(path) as archive:
        unpacked = Path(archive.extract("vectors.npy", folder / cache.key(str(path.resolve()), "", [])))
    vectors = StoredRows([unpacked])
    if len(vectors) != len(numbers):
        raise ValueError(f"{len(numbers)} ids for {len(vectors)} vectors")
    return numbers, lambda name: _vector(vectors[np.array([numbers[name]])][0])


def _vector(values: Floats) -> Floats:
    averaged = values.reshape(-1, values.shape[-1]).mean(axis=0) if values.ndim > 1 else np.atleast_1d(values)
    return averaged.astype(np.float32)
