"""Stored files of a corpus under MEDIA_ROOT, named by their content and placed there from a scratch folder.

A file is placed before the row that names it is committed, so a row never names a missing file; files placed for a
transaction that then failed are removed. A list in the scratch folder names the placed files, so that the attempt
after a killed one can remove them.
"""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from common.files.disk_space import require_space
from common.models import Job
from corpus.models import Clip, Corpus, Episode, MediaFile

CHUNK = 2**20
LEFTOVER_SECONDS = 24 * 3600
CORPUS_FOLDER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/)")
NAME = re.compile(CORPUS_FOLDER.pattern + r"/[a-z]+/[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]+")
PLACED = "placed.txt"  # in a scratch folder: names of the files that a shelf places


class Shelf:
    """Puts files into the store of one corpus; created by `shelf` and `shelves`."""

    def __init__(self, corpus: Corpus, note: Path, placed: list[str]) -> None:
        self.corpus = corpus
        self.note = note
        self.placed = placed

    def put(self, path: Path, *, kind: str, content_type: str, suffix: str, sha256: str = "") -> MediaFile:
        """Move a file into the store and return its row; if the same content is stored already, return that row.

        Args:
            path: a complete file, normally in the scratch folder.
            kind: one of `MediaFile.Kind`.
            content_type: for serving the file.
            suffix: with its dot; never taken from a name that a person entered.
            sha256: of the file, if known already.
        """
        sha256 = sha256 or digest(path)
        name = f"{self.corpus.public_id}/{kind}/{sha256[:2]}/{sha256}{suffix}"
        known = self._known(kind, sha256)
        if known is None:
            _lock([self.corpus.public_id])  # another transaction may be storing the same content
            known = self._known(kind, sha256)
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

    def _known(self, kind: str, sha256: str) -> MediaFile | None:
        return MediaFile.objects.filter(corpus=self.corpus, kind=kind, sha256=sha256).first()


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
    """Remove the files among these that have no row; another transaction may be storing the same content."""
    if not names:
        return
    with transaction.atomic():
        _lock({uuid.UUID(folder[0]) for name in names if (folder := CORPUS_FOLDER.match(name))})
        kept = set(MediaFile.objects.filter(name__in=names).values_list("name", flat=True))
        for name in set(names) - kept:
            (settings.MEDIA_ROOT / name).unlink(missing_ok=True)


def _lock(corpora: Iterable[uuid.UUID]) -> None:
    """Lock the stores of corpora (public ids): one transaction at a time places or removes files."""
    list(Corpus.objects.select_for_update(no_key=True).filter(public_id__in=corpora).order_by("pk").values("pk"))


def _clear(folder: Path) -> None:
    """Remove a scratch folder left by a killed attempt, and the files it placed without a row."""
    if (folder / PLACED).exists():
        noted = (folder / PLACED).read_text(encoding="utf-8").splitlines()
        _take_back([name for name in noted if NAME.fullmatch(name)])  # the last line may be cut by the kill
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Create an empty folder in the work folder and remove it afterwards in any case.

    Args:
        name: `<kind>-<id>.<attempt>`; folders left by killed attempts at the same job are removed first.
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
    """Return the path where an upload waits for its job; `name` is generated."""
    return Path(settings.WORK_DIR) / "incoming" / name


def receive(source: Path, name: str, *, take: bool) -> None:
    """Copy or move a file to `incoming(name)`.

    Args:
        source: the file.
        name: generated.
        take: move it (the temporary file of an upload) instead of copying it.

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
    """Return a link to a file in `folder`, to be stored while the first name stays until the commit."""
    second = folder / f"twin-{path.name}"
    try:
        second.hardlink_to(path)
    except OSError:  # the file system has no links, or the folder is on another one
        shutil.copyfile(path, second)
    return second


def digest(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def move(source: Path, target: Path) -> None:
    """Move a file so that `target` is never visible in part, even across file systems."""
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
    """Delete the rows of files that no episode or clip uses, and the files on commit."""
    for start in range(0, len(files), 500):
        chunk = files[start : start + 500]
        used = set(Clip.objects.filter(file__in=chunk).values_list("file", flat=True))
        for use in ("source", "subtitles", "playable", "peaks", "marks"):
            used |= set(Episode.objects.filter(**{f"{use}__in": chunk}).values_list(use, flat=True))
        unused = [file for file in chunk if file.pk not in used]
        MediaFile.objects.filter(pk__in=[file.pk for file in unused]).delete()
        transaction.on_commit(lambda names=[file.name for file in unused]: _take_back(names))  # type: ignore[misc]


def sweep_leftovers() -> int:
    """Remove leftovers of interrupted work that are older than a day; return their number.

    These are partial uploads, files that no waiting episode needs, playable files that longer ones have replaced, and
    scratch folders of abandoned jobs.
    """
    oldest = time.time() - LEFTOVER_SECONDS
    states = [Episode.State.NEW, Episode.State.PREVIEW]
    unfinished = Episode.objects.filter(state__in=states).values_list("public_id", flat=True)
    waiting = {str(one) for one in unfinished}
    files = [*Path(settings.WORK_DIR).glob("*.upload*"), *incoming("").glob("*")]
    old = [file for file in files if file.stat().st_mtime < oldest and file.name.partition(".")[0] not in waiting]
    for file in old:
        file.unlink(missing_ok=True)
    drop_unused(list(_replaced_parts(oldest)))
    dead = [folder for folder in _scratch_folders() if folder.stat().st_mtime < oldest]
    for folder in dead:
        _clear(folder)
    return len(old) + len(dead)


def _replaced_parts(oldest: float) -> QuerySet[MediaFile]:
    """Return the parts of recordings that were replaced by longer ones, before a time in seconds."""
    used = Episode.objects.filter(playable=OuterRef("pk"))
    old = MediaFile.objects.filter(kind=MediaFile.Kind.PLAYABLE, created_at__lt=datetime.fromtimestamp(oldest, UTC))
    return old.exclude(Exists(used))


def _scratch_folders() -> list[Path]:
    """Return the scratch folders that belong to no queued or running job."""
    unfinished = Job.objects.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    busy = {str(one) for job in unfinished for one in (job.public_id, *job.args.values())}
    folders = [path for path in Path(settings.WORK_DIR).glob("*-*.*") if path.is_dir()]
    return [folder for folder in folders if folder.name.partition("-")[2].rpartition(".")[0] not in busy]
