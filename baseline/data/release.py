"""Reader of a release, from its folder or its zip file, with a check of the checksums."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any

from baseline.data.dialogues import sorted_by_dialogue
from baseline.data.rows import SPLITS, Label, Question, Release, Row
from baseline.errors import BaselineError, UsageError

FORMATS = ("concord-release/1", "concord-release/2")  # they differ in the form of votes
RESERVED = ("cannot_judge", "not_applicable")  # answers that are not classes of their question
BLOCK = 2**20  # bytes


def read(path: Path) -> Release:
    """Read the three splits of a release.

    Args:
        path: the folder of the release, or the zip file that the releases page offers.

    Raises:
        UsageError: there is no release at `path`.
        BaselineError: a file is missing, malformed or does not match the manifest, or a split has no rows.
    """
    try:
        return _read(root(path), path)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise BaselineError(
            f"{path} does not have the form of a release ({type(error).__name__}: {error}). "
            "Download or export the release again."
        ) from error


def _read(top: Path | zipfile.Path, path: Path) -> Release:
    raw = (top / "manifest.json").read_bytes()
    manifest = _manifest(raw, path)
    rows = {split: sorted_by_dialogue(_rows(top / f"{split}.jsonl", manifest["files"])) for split in SPLITS}
    for split, split_rows in rows.items():
        if not split_rows:
            raise BaselineError(
                f"The split {split} of {path} has no utterances. Make a release with other ratios or groups."
            )
    ends = {link["slug"]: (link["from"], link["to"]) for link in (manifest.get("codebook") or {}).get("links", [])}
    return Release(
        path=path,
        corpus=str(manifest["corpus"]),
        checksum=hashlib.sha256(raw).hexdigest(),
        questions=tuple(_question(entry, ends) for entry in manifest["questions"]),
        rows=rows,
        group=str((manifest.get("split") or {}).get("group") or "dialogue"),
        laugh_tracks=frozenset(
            (str(each["series"]), str(each["episode"])) for each in manifest.get("sources") or () if each["laugh_track"]
        ),
        known_defects=dict(manifest.get("known_defects") or {}),
    )


def root(path: Path) -> Path | zipfile.Path:
    """Return the folder of a release, which may be inside a zip file.

    Raises:
        UsageError: there is no release at `path`.
    """
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


def _question(entry: dict[str, Any], ends: dict[str, tuple[str, str]]) -> Question:
    return Question(
        slug=entry["slug"],
        kind=entry["kind"],
        classes=tuple(entry["classes"]),
        many=bool(entry["many"]),
        scale=entry.get("scale", "nominal"),
        ends=ends.get(entry["slug"], ()),
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
    cells = entry["labels"]
    return Row(
        id=entry["id"],
        dialogue=intern(entry["dialogue"]),  # many rows share such texts, and so one copy of each
        order=entry["order"],
        speaker=intern(entry["speaker"] or ""),
        text=entry["text"],
        labels={slug: _shared(_learnable(cell["label"])) for slug, cell in cells.items()},
        series=intern(entry.get("series") or ""),
        episode=intern(entry.get("episode") or ""),
        clip=entry.get("clip") or "",
        votes={slug: votes for slug, cell in cells.items() if (votes := _votes(cell.get("votes") or {}))},
        distributions={
            slug: found for slug, cell in cells.items() if (found := _shares(cell.get("distribution") or {}))
        },
    )


def _votes(votes: dict[str, Any] | list[dict[str, Any]]) -> dict[str, Label]:
    """Return rater -> answer, from the object of the first releases or the list of records of the present ones."""
    pairs = votes.items() if isinstance(votes, dict) else ((each["rater"], each.get("answer")) for each in votes)
    return {intern(rater): _shared(answer) for rater, each in pairs if (answer := _learnable(each)) is not None}


def _shares(distribution: dict[str, float] | list[dict[str, Any]]) -> dict[str, float]:
    """Return the text of an answer -> probability, from either form."""
    if isinstance(distribution, dict):
        return distribution
    return {str(each["answer"]): each["probability"] for each in distribution if not isinstance(each["answer"], list)}


def _shared(label: Label) -> Label:
    return intern(label) if isinstance(label, str) else label


def _learnable(label: Any) -> Label:
    return None if isinstance(label, str) and label in RESERVED else label
