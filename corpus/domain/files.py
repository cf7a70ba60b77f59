"""Files of a corpus: from a scratch folder to their place under MEDIA_ROOT, named by their content.

A file is placed before the row that names it is committed, so a row never names a missing file; what was placed for
a transaction that then failed is taken away again.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.disk import require_space
from corpus.models import Corpus, Episode, MediaFile

CHUNK = 2**20
LEFTOVER_SECONDS = 24 * 3600


class Shelf:
    """Puts files into the store of one corpus; made by `shelf`."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.placed: list[str] = []

    def put(self, path: Path, *, kind: str, content_type: str, suffix: str, sha256: str = "") -> MediaFile:
        """Move `path` to its place and return its row; the row that has the same content already, if there is one.

        Args:
            path: a finished file, normally in the work folder.
            kind: one of `MediaFile.Kind`.
            content_type: as it is to be served.
            suffix: with its dot; never taken from the name a person gave.
            sha256: of the file, where it is known already.
        """
        sha256 = sha256 or digest(path)
        name = f"{self.corpus.public_id}/{kind}/{sha256[:2]}/{sha256}{suffix}"
        known = MediaFile.objects.filter(corpus=self.corpus, kind=kind, sha256=sha256).first()
        if known and known.path.exists():
            path.unlink(missing_ok=True)
            return known
        size = path.stat().st_size
        if known is None:
            self.placed.append(name)
        move(path, known.path if known else settings.MEDIA_ROOT / name)
        return known or MediaFile.objects.create(
            corpus=self.corpus, kind=kind, sha256=sha256, size=size, content_type=content_type, name=name
        )


@contextmanager
def shelf(corpus: Corpus) -> Iterator[Shelf]:
    """Give a shelf; if the block fails, the files put on it leave with their rows.

    Open it around the transaction, not inside: only after the rollback is it known which rows stayed.
    """
    shelf = Shelf(corpus)
    try:
        yield shelf
    except BaseException:
        kept = set(MediaFile.objects.filter(name__in=shelf.placed).values_list("name", flat=True))
        for name in set(shelf.placed) - kept:
            (settings.MEDIA_ROOT / name).unlink(missing_ok=True)
        raise


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Give an empty folder in the work folder and take it away afterwards, whatever happens.

    Args:
        name: `<what>-<id>.<attempt>`; folders that a killed attempt of the same work left are taken away first.
    """
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    for leftover in settings.WORK_DIR.glob(f"{name.rpartition('.')[0]}.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = settings.WORK_DIR / name
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def incoming(name: str) -> Path:
    """Return where an upload waits for its job; `name` is made by us."""
    return Path(settings.WORK_DIR) / "incoming" / name


def receive(source: Path, name: str, *, take: bool) -> None:
    """Bring a file into the work folder as `incoming(name)`.

    Args:
        source: the uploaded or given file.
        name: made by us.
        take: move it (an upload's temporary file); otherwise it is copied and stays where it is.

    Raises:
        Refused: `disk.full`.
    """
    target = incoming(name)
    require_space(0 if take else source.stat().st_size, folder=target.parent)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if take:
            move(source, target)
        else:
            shutil.copyfile(source, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def digest(path: Path) -> str:
    """Return the sha256 of a file, reading it in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move(source: Path, target: Path) -> None:
    """Move a file so that `target` is never seen half-written, even across file systems."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(f"{target.name}.part")
        try:
            shutil.copyfile(source, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        source.unlink()
    target.chmod(0o640)


def drop_unused(files: list[MediaFile]) -> None:
    """Delete the rows of files that no episode or clip uses, and the files once that is committed."""
    for file in files:
        uses = ("source", "subtitles", "playable", "peaks")
        used = file.clips.exists() or any(Episode.objects.filter(**{use: file}).exists() for use in uses)
        if not used:
            file.delete()
            transaction.on_commit(lambda path=file.path: path.unlink(missing_ok=True))  # type: ignore[misc]


def sweep_leftovers() -> int:
    """Take away uploads that broke off and files no waiting episode needs, older than a day; return how many."""
    oldest = time.time() - LEFTOVER_SECONDS
    waiting = {str(one) for one in Episode.objects.filter(state=Episode.State.NEW).values_list("public_id", flat=True)}
    files = [*Path(settings.WORK_DIR).glob("*.upload*"), *incoming("").glob("*")]
    old = [file for file in files if file.stat().st_mtime < oldest and file.name.partition(".")[0] not in waiting]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
