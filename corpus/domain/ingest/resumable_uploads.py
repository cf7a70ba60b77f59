"""Resumable uploads: files that arrive in parts, in the work folder, with their description beside them.

The length of the file is the only record of how much has arrived, so a killed process can lose a part, but never count
one that is missing. No row is written: an upload becomes an episode by `submit_uploads`, or expires.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from common.errors import Refused
from common.files.disk_space import require_space
from common.models import Job, User
from corpus.domain.ingest.episodes import SubmittedFile, submit_episode
from corpus.domain.media.stored_files import digest
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus, Episode

KEPT_SECONDS = 7 * 24 * 3600  # without a new part
CHUNK = 2**20
MOST_OPEN = 200  # uploads of one person
ALGORITHMS: dict[str, Callable[[], Any]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload.

    Attributes:
        public_id: random, as text.
        owner, corpus: public ids; only this person may continue it, and only for this corpus.
        name: of the file on the sender's computer, never used as a path.
        length: bytes of the complete file.
        sha256: of the complete file as the sender states it; may be empty.
    """

    public_id: str
    owner: str
    corpus: str
    name: str
    length: int
    sha256: str = ""

    @property
    def path(self) -> Path:
        """The file, complete or not."""
        return _folder() / f"{self.public_id}.part"

    @property
    def offset(self) -> int:
        """Number of bytes that have arrived."""
        return self.path.stat().st_size

    @property
    def expires_at(self) -> float:
        """The time at which it is removed if nothing arrives, in seconds since 1970."""
        return self.path.stat().st_mtime + KEPT_SECONDS


def create_upload(*, corpus: Corpus, owner: User, name: str, length: int, sha256: str = "") -> Upload:
    """Accept an upload of `length` bytes, of which nothing has arrived yet.

    Raises:
        Refused: `corpus.archived`, `episode.too_large`, `upload.too_many`, `disk.full`.
    """
    require_writable(corpus)
    remove_expired()
    if length > settings.MAX_EPISODE_BYTES:
        raise Refused("episode.too_large", limit_mb=settings.MAX_EPISODE_BYTES // 2**20)
    open_ones = [each for each in _all() if each.owner == str(owner.public_id)]
    if len(open_ones) >= MOST_OPEN:
        raise Refused("upload.too_many", most=MOST_OPEN)
    _folder().mkdir(parents=True, exist_ok=True)
    expected = sum(each.length - each.offset for each in _all() if each.path.exists())
    require_space(expected + length, folder=settings.WORK_DIR)
    upload = Upload(str(uuid.uuid4()), str(owner.public_id), str(corpus.public_id), name[:255], length, sha256.lower())
    upload.path.touch(mode=0o600, exist_ok=False)
    described = upload.path.with_suffix(".json.new")
    described.write_text(json.dumps(asdict(upload)), encoding="utf-8")
    described.replace(upload.path.with_suffix(".json"))
    return upload


def find_upload(*, public_id: uuid.UUID, corpus: Corpus, owner: User) -> Upload | None:
    """Return an upload of this person for this corpus."""
    upload = _read(_folder() / f"{public_id}.json")
    mine = upload and (upload.owner, upload.corpus) == (str(owner.public_id), str(corpus.public_id))
    return upload if mine else None


def append_part(*, upload: Upload, offset: int, part: IO[bytes], length: int, checksum: str = "") -> int:
    """Write a part at the end of an upload, and return the new number of bytes.

    Args:
        upload: which one.
        offset: of the part; must be the number of bytes that have arrived.
        part: the bytes.
        length: number of bytes of the part.
        checksum: of the part, as the tus protocol writes it: an algorithm of `ALGORITHMS`, a space, base64.

    Raises:
        Refused: `upload.other_offset`, `upload.past_end`, `upload.busy` (another part is being written),
            `upload.algorithm`, `upload.damaged` (a checksum differs; the part is not kept), `disk.full`.
    """
    algorithm, _, expected = checksum.partition(" ")
    if algorithm and algorithm not in ALGORITHMS:
        raise Refused("upload.algorithm", known=", ".join(ALGORITHMS))
    with _locked(upload) as file:
        arrived = os.fstat(file.fileno()).st_size
        if offset != arrived:
            raise Refused("upload.other_offset", arrived=arrived, offset=offset)
        if offset + length > upload.length:
            raise Refused("upload.past_end", length=upload.length)
        require_space(length, folder=settings.WORK_DIR)
        try:
            _write(file, part, length, ALGORITHMS[algorithm]() if algorithm else None, expected)
        except BaseException:
            file.truncate(arrived)
            raise
        arrived = file.tell()
    if arrived == upload.length and upload.sha256 and digest(upload.path) != upload.sha256:
        remove_upload(upload=upload)
        raise Refused("upload.damaged")
    return arrived


def remove_upload(*, upload: Upload) -> None:
    """Remove an upload with what has arrived."""
    upload.path.unlink(missing_ok=True)
    upload.path.with_suffix(".json").unlink(missing_ok=True)


def submit_uploads(
    *,
    corpus: Corpus,
    owner: User,
    media: uuid.UUID,
    subtitles: uuid.UUID | None,
    series: str,
    title: str = "",
    licence: str = "",
    has_laugh_track: bool = False,
) -> tuple[Episode, Job]:
    """Make an episode of complete uploads, which end with this.

    Args:
        media, subtitles: public ids of uploads of `owner` for `corpus`.
        corpus, series, title, licence, has_laugh_track: as for `submit_episode`.
        owner: the person who acts.

    Raises:
        Refused: `upload.unknown`, `upload.incomplete`; and as `submit_episode`.
    """
    uploads = [_complete(corpus, owner, each) for each in (media, subtitles) if each]
    files = [SubmittedFile(upload.path, upload.name) for upload in uploads]
    made = submit_episode(
        corpus=corpus,
        series=series,
        media=files[0],
        subtitles=files[1] if len(files) > 1 else None,
        title=title,
        licence=licence,
        has_laugh_track=has_laugh_track,
        created_by=owner,
        take=True,
    )
    for upload in uploads:
        remove_upload(upload=upload)
    return made


def remove_expired() -> int:
    """Remove uploads that nothing was added to for a week; return their number."""
    oldest = time.time() - KEPT_SECONDS
    old = [path for path in _folder().glob("*") if path.stat().st_mtime < oldest]
    dead = {path.with_suffix("").name for path in old if path.suffix == ".part"}
    for path in _folder().glob("*"):
        if path.name.partition(".")[0] in dead or (path in old and not path.with_suffix(".part").exists()):
            path.unlink(missing_ok=True)
    return len(dead)


def _complete(corpus: Corpus, owner: User, public_id: uuid.UUID) -> Upload:
    upload = find_upload(public_id=public_id, corpus=corpus, owner=owner)
    if upload is None:
        raise Refused("upload.unknown")
    if upload.offset != upload.length:
        raise Refused("upload.incomplete", name=upload.name)
    return upload


def _folder() -> Path:
    return Path(settings.WORK_DIR) / "uploads"


def _all() -> Iterator[Upload]:
    yield from filter(None, map(_read, _folder().glob("*.json")))


def _read(path: Path) -> Upload | None:
    try:
        upload = Upload(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    return upload if upload.path.exists() else None


@contextmanager
def _locked(upload: Upload) -> Iterator[IO[bytes]]:
    """Open an upload for appending, for this process alone."""
    with upload.path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("upload.busy") from None
        yield file


def _write(file: IO[bytes], part: IO[bytes], length: int, checksum: Any, expected: str) -> None:
    """Write a part to the disk.

    Raises:
        Refused: `upload.damaged`.
    """
    for chunk in _chunks(part, length):
        file.write(chunk)
        if checksum:
            checksum.update(chunk)
    file.flush()
    if checksum and base64.b64encode(checksum.digest()).decode() != expected:
        raise Refused("upload.damaged")
    os.fsync(file.fileno())


def _chunks(part: IO[bytes], length: int) -> Iterator[bytes]:
    left = length
    while left and (chunk := part.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk
