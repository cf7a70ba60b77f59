"""Read a release, as a folder or as the downloaded zip, and trust it only if its checksums hold."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baseline.faults import BadUsage, Fault

FORMAT = "concord-release/1"
SPLITS = ("train", "dev", "test")
RESERVED = ("cannot_judge", "not_applicable")  # answers that are no class of their question
BLOCK = 2**20

Value = str | int
Label = Value | list[str] | None


@dataclass(frozen=True)
class Question:
    """A task or a link of the codebook.

    Attributes:
        slug: key in the rows' labels.
        kind: "task" or "link"; a link's classes are integers on a scale.
        classes: the answers that may be predicted, in the codebook's order.
        many: whether an utterance may carry several of the classes at once.
    """

    slug: str
    kind: str
    classes: tuple[Value, ...]
    many: bool


@dataclass(frozen=True)
class Row:
    """One utterance: where it stands, who says what, and its label per question (None: no label to learn)."""

    dialogue: str
    order: int
    speaker: str
    text: str
    labels: dict[str, Label]


@dataclass(frozen=True)
class Release:
    """An opened release whose files were found to be what its manifest says."""

    corpus: str
    checksum: str
    questions: tuple[Question, ...]
    rows: dict[str, list[Row]]


def read(path: Path) -> Release:
    """Read the three splits of a release.

    Args:
        path: the release's folder, or the zip that the releases page offers.

    Raises:
        BadUsage: there is no release at `path`.
        Fault: a file is not what the manifest says, or a split has no row.
    """
    root = _root(path)
    raw = (root / "manifest.json").read_bytes()
    manifest = _manifest(raw, path)
    rows = {split: list(_rows(root / f"{split}.jsonl", manifest["files"])) for split in SPLITS}
    for split, found in rows.items():
        if not found:
            raise Fault(f"The split {split} of {path} has no utterance: make a release with other ratios or groups.")
    return Release(
        corpus=str(manifest["corpus"]),
        checksum=hashlib.sha256(raw).hexdigest(),
        questions=tuple(_question(entry) for entry in manifest["questions"]),
        rows=rows,
    )


def _root(path: Path) -> Path | zipfile.Path:
    if path.is_dir() and (path / "manifest.json").is_file():
        return path
    if path.is_file() and zipfile.is_zipfile(path):
        top = zipfile.Path(path)
        for folder in (top, *sorted(top.iterdir(), key=lambda entry: entry.name)):
            if (folder / "manifest.json").is_file():
                return folder
    raise BadUsage(f"{path} is not a release: neither a folder nor a zip with a manifest.json.")


def _manifest(raw: bytes, path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
    except ValueError as error:
        raise BadUsage(f"{path}/manifest.json is not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BadUsage(f"{path}/manifest.json is not of the format {FORMAT}.")
    return manifest


def _question(entry: dict[str, Any]) -> Question:
    return Question(entry["slug"], entry["kind"], tuple(entry["classes"]), bool(entry["many"]))


def _rows(file: Path | zipfile.Path, files: dict[str, dict[str, Any]]) -> Iterator[Row]:
    promised = files.get(file.name)
    if promised is None or not file.is_file():
        raise Fault(f"{file} is missing from the release.")
    checksum = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            checksum.update(block)
    if checksum.hexdigest() != promised["sha256"]:
        raise Fault(f"{file} is not the file that the manifest describes: its sha256 is {checksum.hexdigest()}.")
    with file.open("rb") as stream:
        for line in stream:
            yield _row(json.loads(line))


def _row(entry: dict[str, Any]) -> Row:
    labels = {slug: _learnable(answer["label"]) for slug, answer in entry["labels"].items()}
    return Row(entry["dialogue"], entry["order"], entry["speaker"], entry["text"], labels)


def _learnable(label: Label) -> Label:
    return None if label in RESERVED else label
