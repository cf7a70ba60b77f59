"""Vectors from anyone's files, by the names of utterances."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from baseline.data.rows import Row
from baseline.data.targets import Floats
from baseline.errors import BaselineError, UsageError
from baseline.features.base import Features, Prepared, Setting, Vectors


class FileVectors(Features):
    """Vectors by utterance id: a `.npz` with an array per id (or `ids` and `vectors`), or a folder of `<id>.npy`.

    A matrix (frames, width) is replaced by its mean over the frames. Without `=`, the modality is the file's name:
    `--features audio=wav2vec.npz` names another one.
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
        found = _read(self.path)
        rows = [row for split in setting.release.rows.values() for row in split]
        widths = {found[row.id].shape for row in rows if row.id in found}
        if not widths:
            raise UsageError(
                f"{self.path} has no vector for any utterance of this release. Name vectors by the column id."
            )
        if len(widths) > 1:
            raise BaselineError(f"The vectors in {self.path} have different lengths: {sorted(widths)}.")
        if not all(np.isfinite(found[row.id]).all() for row in rows if row.id in found):
            raise BaselineError(f"Some vectors in {self.path} are not finite. Leave these utterances out of the file.")
        (width,) = widths.pop()
        return {split: Vectors(_matrix(split_rows, found, width)) for split, split_rows in setting.release.rows.items()}


def _matrix(rows: list[Row], found: dict[str, Floats], width: int) -> Floats:
    values = np.full((len(rows), width), np.nan, np.float32)
    for index, row in enumerate(rows):
        if row.id in found:
            values[index] = found[row.id]
    return values


def _read(path: Path) -> dict[str, Floats]:
    try:
        if path.is_dir():
            return {file.stem: _vector(np.load(file)) for file in sorted(path.glob("*.npy"))}
        with np.load(path) as arrays:
            if set(arrays.files) == {"ids", "vectors"}:
                pairs = zip(arrays["ids"].tolist(), arrays["vectors"], strict=True)
                return {str(name): _vector(vector) for name, vector in pairs}
            return {name: _vector(arrays[name]) for name in arrays.files}
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read as vectors: {error}. Give a .npz file or a folder of .npy files."
        ) from error


def _vector(values: Floats) -> Floats:
    averaged = values.reshape(-1, values.shape[-1]).mean(axis=0) if values.ndim > 1 else np.atleast_1d(values)
    return averaged.astype(np.float32)
