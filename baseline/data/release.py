"""Reader of a release, from its folder or its zip file, with a check of the checksums."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baseline.errors import BaselineError, UsageError

FORMATS = ("concord-release/1", "concord-release/2")  # they differ in votes, which are not read here
SPLITS = ("train", "dev", "test")
HELD_OUT = ("dev", "test")
RESERVED = ("cannot_judge", "not_applicable")  # answers that are not classes of their question
BLOCK = 2**20  # bytes

Value = str | int
Label = Value | list[str] | None


@dataclass(frozen=True)
class Question:
    """A task or link of the codebook.

    Attributes:
        slug: key in the labels of a row.
        kind: "task" or "link"; the classes of a link are integers on a scale.
        classes: the labels that a model may predict, in the order of the codebook.
        many: whether an utterance may have several of the classes at once.
        scale: of a task, or "ordinal" for a link.
    """

    slug: str
    kind: str
    classes: tuple[Value, ...]
    many: bool
    scale: str = field(default="nominal", compare=False)  # the first checkpoints do not state it

    @property
    def has_distances(self) -> bool:
        """Whether the classes are numbers whose differences have a meaning: of a link, or of an interval task."""
        return self.kind == "link" or self.scale == "interval"


@dataclass(frozen=True)
class Row:
    """One utterance of a release.

    Attributes:
        dialogue: name of its dialogue.
        order: position in the dialogue, from 1.
        speaker: name of its speaker, empty if unknown.
        text: the utterance itself.
        labels: question -> label, None where there is no label to learn from.
    """

    dialogue: str
    order: int
    speaker: str
    text: str
    labels: dict[str, Label]


@dataclass(frozen=True)
class Release:
    """A release whose files match its manifest.

    Attributes:
        corpus: slug of the corpus.
        checksum: sha256 of the manifest, in hexadecimal.
        questions: tasks and links, in the order of the manifest.
        rows: split -> rows.
        known_defects: `count` and the `worst` ones with `extent`, `question` and `text`; empty if there are none.
    """

    corpus: str
    checksum: str
    questions: tuple[Question, ...]
    rows: dict[str, list[Row]]
    known_defects: dict[str, Any] = field(default_factory=dict)


def read(path: Path) -> Release:
    """Read the three splits of a release.

    Args:
        path: the folder of the release, or the zip file that the releases page offers.

    Raises:
        UsageError: there is no release at `path`.
        BaselineError: a file is missing, malformed or does not match the manifest, or a split has no rows.
    """
    try:
        return _read(_root(path), path)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BaselineError(
            f"{path} does not have the form of a release ({type(error).__name__}: {error}). "
            "Download or export the release again."
        ) from error


def _read(root: Path | zipfile.Path, path: Path) -> Release:
    raw = (root / "manifest.json").read_bytes()
    manifest = _manifest(raw, path)
    rows = {split: list(_rows(root / f"{split}.jsonl", manifest["files"])) for split in SPLITS}
    for split, split_rows in rows.items():
        if not split_rows:
            raise BaselineError(
                f"The split {split} of {path} has no utterances. Make a release with other ratios or groups."
            )
    return Release(
        corpus=str(manifest["corpus"]),
        checksum=hashlib.sha256(raw).hexdigest(),
        questions=tuple(_question(entry) for entry in manifest["questions"]),
        rows=rows,
        known_defects=dict(manifest.get("known_defects") or {}),
    )


def _root(path: Path) -> Path | zipfile.Path:
    if path.is_dir() and (path / "manifest.json").is_file():
        return path
    if path.is_file() and zipfile.is_zipfile(path):
        top = zipfile.Path(path)
        for folder in (top, *sorted(top.iterdir(), key=lambda entry: entry.name)):
            if (folder / "manifest.json").is_file():
                return folder
    raise UsageError(f"{path} is not a release. Give a folder or zip file that contains manifest.json.")


def _manifest(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}/manifest.json is not valid JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") not in FORMATS:
        raise UsageError(f"{path}/manifest.json does not have the format {FORMATS[-1]}.")
    return manifest


def _question(entry: dict[str, Any]) -> Question:
    return Question(
        entry["slug"], entry["kind"], tuple(entry["classes"]), bool(entry["many"]), entry.get("scale", "nominal")
    )


def _rows(file: Path | zipfile.Path, manifest_files: dict[str, dict[str, Any]]) -> Iterator[Row]:
    if file.name not in manifest_files or not file.is_file():
        raise BaselineError(f"{file} is missing from the release. Download or export the release again.")
    checksum = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            checksum.update(block)
    if checksum.hexdigest() != manifest_files[file.name]["sha256"]:
        raise BaselineError(
            f"{file} does not match the checksum in the manifest. Download or export the release again."
        )
    with file.open("rb") as stream:
        for line in stream:
            yield _row(json.loads(line))


def _row(entry: dict[str, Any]) -> Row:
    labels = {slug: _learnable(details["label"]) for slug, details in entry["labels"].items()}
    return Row(entry["dialogue"], entry["order"], entry["speaker"], entry["text"], labels)


def _learnable(label: Label) -> Label:
    return None if label in RESERVED else label
