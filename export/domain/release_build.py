"""Building a release in a working folder, and moving the finished folder to its destination."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from common.errors import Refused
from common.files.disk_space import require_space
from corpus.models import Corpus
from export.domain.corpus_snapshot import Progress, read_corpus
from export.domain.options import Options
from export.domain.release_difference import Side
from export.domain.release_folder import FORMAT, write_release
from export.domain.size_estimate import require_room
from export.domain.split_memory import remembered
from export.models import Release

BLOCK = 2**20
ROWS = re.compile(r"[^/]+/([\w-]+\.jsonl|manifest\.json)", re.ASCII)  # files of a zip
REPLACED = "replaced"  # an earlier release, in the working folder of the one that takes its place


def build_release(
    *,
    corpus: Corpus,
    options: Options,
    work: Path,
    reading: Progress,
    writing: Progress,
    own: Release | None = None,
) -> tuple[Path, dict[str, Any]]:
    """Build a release in a working folder.

    Args:
        corpus: as it is when this begins.
        options: of the release.
        work: an empty folder; only the release in it is of use afterwards.
        reading: progress of the reading, called inside a snapshot: it must not write to the database.
        writing: progress of the writing.
        own: the stored release that is being made.

    Returns:
        The release's folder in `work`, and its manifest.

    Raises:
        Refused: see `read_corpus` and `write_release`; `disk.full`, before it begins or once the rows are read;
            `export.disk_full`, although the estimate left room.
    """
    spool, folder = work / "rows", work / "release"
    try:
        require_room(corpus, options, folder=work)
        folder.mkdir()
        memory = remembered(corpus, options, own=own)
        snapshot = read_corpus(corpus=corpus, options=options, spool=spool, progress=reading)
        require_room(corpus, options, folder=work, native=spool.stat().st_size)
        manifest = write_release(
            corpus=snapshot,
            spool=spool,
            folder=folder,
            options=options,
            memory=memory,
            progress=writing,
            name=own.name if own else "",
            previous=_previous(corpus, own, work / "previous"),
        )
        shutil.rmtree(work / "previous", ignore_errors=True)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused("export.disk_full") from error
    spool.unlink()
    return folder, manifest


def _previous(corpus: Corpus, own: Release | None, work: Path) -> tuple[str, Side | None]:
    """Return the name of the newest stored release before this one, and its rows.

    A discarded release does not count: nobody is meant to have it.
    """
    made = Release.objects.filter(corpus=corpus, manifest__isnull=False, discarded_at=None).select_related("file")
    if own is not None and own.number is not None:
        made = made.filter(number__lt=own.number)
    row = made.order_by("-number", "-pk").defer("manifest", "assignment").first()
    if row is None or row.file is None:
        return "", None
    try:
        return row.name, Side.of(unpack_rows(row.file.path, work))
    except Refused as refusal:
        if refusal.code == "disk.full":
            raise
        return row.name, None  # check_releases reports it


def require_free_destination(out: Path, *, force: bool) -> None:
    """Refuse a destination where a release would overwrite something.

    Args:
        out: folder of the release.
        force: allow it to replace an earlier release.

    Raises:
        Refused: `export.not_a_folder`, `export.not_empty`; with `force` `export.not_a_release`.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise Refused("export.not_a_folder", folder=str(out))
    if any(out.iterdir()):
        if not force:
            raise Refused("export.not_empty", folder=str(out))
        if not _is_release(out):
            raise Refused("export.not_a_release", folder=str(out))


@contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """Provide a temporary folder on the file system of `out`; those of exports that were killed are removed first.

    An earlier release in such a folder, which was not replaced yet, returns to `out`.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{out.name}.*.part"):
        _, _, owner = left.name.removesuffix(".part").rpartition(".")
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            if (left / REPLACED).is_dir() and not out.exists():
                (left / REPLACED).rename(out)
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", suffix=f".{os.getpid()}.part", dir=out.parent) as work:
        yield Path(work)


def move_into_place(folder: Path, out: Path, *, work: Path) -> None:
    """Move a finished folder to `out`; an earlier release there is removed with `work`."""
    if out.exists():
        out.rename(work / REPLACED)
    folder.rename(out)


def unpack(archive: Path, work: Path) -> Path:
    """Unpack a release's zip into a working folder and return the folder it holds."""
    shutil.unpack_archive(archive, work / "unpacked", format="zip")
    (folder,) = (work / "unpacked").iterdir()
    return folder


def unpack_rows(archive: Path, work: Path) -> Path:
    """Unpack the manifest and the JSON lines of a release's zip into a folder, and return it.

    Raises:
        Refused: `export.unknown_release`, the zip is missing or damaged; `disk.full`.
    """
    work.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if ROWS.fullmatch(entry.filename)]
            require_space(sum(entry.file_size for entry in entries), folder=work)
            for entry in entries:
                with packed.open(entry) as source, (work / PurePosixPath(entry.filename).name).open("wb") as target:
                    shutil.copyfileobj(source, target, BLOCK)
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise Refused("export.unknown_release", name=archive.name) from error
    return work


def _is_release(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT
