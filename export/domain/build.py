"""Making a release: read, write, and put the finished folder where it belongs, or nothing at all."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common.errors import Refused
from common.files.disk_space import require_space
from corpus.models import Corpus
from export.domain.compose import FORMAT, compose
from export.domain.gather import Tell, gather
from export.domain.options import Options


def build(*, corpus: Corpus, options: Options, work: Path, reading: Tell, writing: Tell) -> tuple[Path, dict[str, Any]]:
    """Make a release in a working folder.

    Args:
        corpus: what is released, as it is when this begins.
        options: of the release.
        work: an empty folder; what is left in it beside the release is of no use.
        reading: told the dialogues read, in the middle of a snapshot: it must not write to the database.
        writing: told what is written after that.

    Returns:
        The release's folder in `work`, and its manifest.

    Raises:
        Refused: see `gather` and `compose`; `export.disk_full`.
    """
    rows, folder = work / "rows.jsonl", work / "release"
    try:
        require_space(0, folder=work)
        folder.mkdir()
        gathered = gather(corpus=corpus, options=options, rows=rows, tell=reading)
        manifest = compose(gathered=gathered, rows=rows, folder=folder, options=options, tell=writing)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise Refused("export.disk_full") from error
    rows.unlink()
    return folder, manifest


def require_room(out: Path, *, force: bool) -> None:
    """Refuse a place where a release would bury something else.

    Raises:
        Refused: `export.not_a_folder`; `export.not_empty`; with `force`, which replaces an earlier release,
            `export.not_a_release`.
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
def beside(out: Path) -> Iterator[Path]:
    """Give a working folder on the file system of `out`, taken away afterwards."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as work:
        yield Path(work)


def place(folder: Path, out: Path, *, work: Path) -> None:
    """Put a finished folder at `out`; what `require_room` allowed to be there leaves with `work`."""
    if out.exists():
        out.rename(work / "replaced")
    folder.rename(out)


def unpack(archive: Path, work: Path) -> Path:
    """Unpack a release's zip into a working folder and return the folder it holds."""
    shutil.unpack_archive(archive, work / "unpacked", format="zip")
    (folder,) = (work / "unpacked").iterdir()
    return folder


def _is_release(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT
