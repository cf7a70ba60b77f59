"""Files of a corpus: from a scratch folder to their place under MEDIA_ROOT, named by their content.

A file is placed before the row that names it is committed, so a row never names a missing file; what was placed for
a transaction that then failed is taken away again. What a killed process had placed is noted in its scratch folder,
and taken away with that by the next attempt.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.files.disk_space import require_space
from common.models import Job
from corpus.models import Corpus, Episode, MediaFile

CHUNK = 2**20
LEFTOVER_SECONDS = 24 * 3600
PLACED = "placed.txt"  # in a scratch folder: what a shelf is putting in its place


class Shelf:
    """Puts files into the store of one corpus; created by `shelf` and `shelves`."""

    def __init__(self, corpus: Corpus, note: Path, placed: list[str]) -> None:
        self.corpus = corpus
        self.note = note
        self.placed = placed

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
            with self.note.open("a", encoding="utf-8") as note:  # first: a kill may come at any time
                note.write(f"{name}\n")
        move(path, known.path if known else settings.MEDIA_ROOT / name)
        return known or MediaFile.objects.create(
            corpus=self.corpus, kind=kind, sha256=sha256, size=size, content_type=content_type, name=name
        )


@contextmanager
def shelves(folder: Path) -> Iterator[Callable[[Corpus], Shelf]]:
    """Return a function from a corpus to its shelf; if the block fails, the files placed are removed with their rows.

    Open it around the transaction, not inside: only after the rollback is it known which rows remain.

    Args:
        folder: the job's `scratch` folder, where the names of placed files are noted.
    """
    placed: list[str] = []
    try:
        yield lambda corpus: Shelf(corpus, folder / PLACED, placed)
    except BaseException:
        _take_back(placed)
        raise


@contextmanager
def shelf(corpus: Corpus, folder: Path) -> Iterator[Shelf]:
    """Return the shelf of one corpus; as `shelves`."""
    with shelves(folder) as shelf_of:
        yield shelf_of(corpus)


def _take_back(names: list[str]) -> None:
    """Take away those of the placed files that have no row."""
    kept = set(MediaFile.objects.filter(name__in=names).values_list("name", flat=True))
    for name in set(names) - kept:
        (settings.MEDIA_ROOT / name).unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Take away a scratch folder that a killed attempt left, and what that had placed without a row."""
    if (folder / PLACED).exists():
        _take_back((folder / PLACED).read_text(encoding="utf-8").splitlines())
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Give an empty folder in the work folder and take it away afterwards, whatever happens.

    Args:
        name: `<what>-<id>.<attempt>`; folders that a killed attempt of the same work left are taken away first.
    """
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    for leftover in settings.WORK_DIR.glob(f"{name.rpartition('.')[0]}.*"):
        _clear(leftover)
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


def twin(path: Path, folder: Path) -> Path:
    """Return a second name of a file in `folder`, to go on a shelf while the first stays until that is committed."""
    second = folder / f"twin-{path.name}"
    try:
        second.hardlink_to(path)
    except OSError:  # a file system without links, or another one
        shutil.copyfile(path, second)
    return second


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
    """Take away what broke off and nobody goes on with, older than a day; return how many.

    These are uploads, files that no waiting episode needs, and scratch folders of work that was given up.
    """
    oldest = time.time() - LEFTOVER_SECONDS
    waiting = {str(one) for one in Episode.objects.filter(state=Episode.State.NEW).values_list("public_id", flat=True)}
    files = [*Path(settings.WORK_DIR).glob("*.upload*"), *incoming("").glob("*")]
    old = [file for file in files if file.stat().st_mtime < oldest and file.name.partition(".")[0] not in waiting]
    for file in old:
        file.unlink(missing_ok=True)
    dead = [folder for folder in _scratch_folders() if folder.stat().st_mtime < oldest]
    for folder in dead:
        _clear(folder)
    return len(old) + len(dead)


def _scratch_folders() -> list[Path]:
    """Return the scratch folders of no job that waits or runs."""
    unfinished = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    busy = {str(one) for job in unfinished for one in (job.public_id, *job.args.values())}
    folders = [path for path in Path(settings.WORK_DIR).glob("*-*.*") if path.is_dir()]
    return [folder for folder in folders if folder.name.partition("-")[2].rpartition(".")[0] not in busy]
