"""The indexes of this process: made or loaded at the first search of a corpus, and brought up to date at each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from agreement.label_index import storage
from agreement.label_index.index import MOST_CHANGES, LabelIndex, Progress, TooManyChangesError
from common.database.snapshot import snapshot
from common.errors import Refused
from common.jobs.queue import enqueue
from common.models import Job
from corpus.models import Corpus, Utterance

KIND = "agreement.label_index"  # the job that reads a large corpus and stores its index
SMALL = 40_000  # utterances that a request reads itself, in about a second
MOST_KEPT = 4  # corpora in the memory of a process


class NotReadyError(Exception):
    """The index of a large corpus is being made by a job."""

    def __init__(self, job: Job) -> None:
        super().__init__(str(job.public_id))
        self.job = job


@dataclass(slots=True)
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    index: LabelIndex | None = None
    stored: str = ""  # the stored index that it was loaded from


_ENTRIES: OrderedDict[UUID, _Entry] = OrderedDict()
_LOCK = threading.Lock()


@contextmanager
def fresh_index(corpus: Corpus) -> Iterator[LabelIndex]:
    """Provide the index of a corpus, up to date with the snapshot that is open meanwhile.

    Others wait until it is released, so that nobody changes the arrays during a search.

    Args:
        corpus: with a codebook.

    Raises:
        NotReadyError: a job makes the index; it is queued if necessary.
        Refused: `agreement.no_codebook`, `agreement.codes_missing`.
    """
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    entry = _entry(corpus)
    with entry.lock:
        with snapshot():
            index = _up_to_date(entry, corpus)
            if index is not None:
                yield index
        if index is None:
            raise NotReadyError(queue_index(corpus))
        if index.applied > MOST_CHANGES // 2 and entry.stored:
            queue_index(corpus)  # so that the next process that starts has less to read
            index.applied = 0


def queue_index(corpus: Corpus) -> Job:
    """Queue the job that makes the index of a corpus, unless it is queued already."""
    scope = str(corpus.public_id)
    return enqueue(kind=KIND, args={"corpus": scope}, scope=scope, key=f"{KIND} {scope}")


def make_index(corpus: Corpus, *, progress: Progress) -> int:
    """Bring the stored index of a corpus up to date, or make it; return its number of utterances.

    Args:
        corpus: with a codebook.
        progress: see `LabelIndex.build`.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    with snapshot():
        index = storage.load(corpus)
        try:
            if index is not None:
                index.refresh(corpus)
        except TooManyChangesError:
            index = None
        if index is None:
            index = LabelIndex.build(corpus, progress=progress)
    storage.store(corpus, index)
    return len(index.arrays)


def forget() -> None:
    """Forget all indexes of this process."""
    with _LOCK:
        _ENTRIES.clear()


def _entry(corpus: Corpus) -> _Entry:
    with _LOCK:
        entry = _ENTRIES.setdefault(corpus.public_id, _Entry())
        _ENTRIES.move_to_end(corpus.public_id)
        while len(_ENTRIES) > MOST_KEPT:
            _ENTRIES.popitem(last=False)
        return entry


def _up_to_date(entry: _Entry, corpus: Corpus) -> LabelIndex | None:
    """Return the entry's index after reading what has changed; None if that is work for a job."""
    if entry.index is not None and entry.index.codebook != corpus.codebook_id:
        entry.index = None
    for _ in range(2):
        if entry.index is None and not _obtain(entry, corpus):
            return None
        assert entry.index is not None  # noqa: S101 -- obtained
        try:
            entry.index.refresh(corpus)
        except TooManyChangesError:
            if storage.stored_at(corpus) in {"", entry.stored}:
                return None if _is_large(corpus) else _built(entry, corpus)
            entry.index = None  # a job has stored a newer one
        else:
            return entry.index
    return None


def _obtain(entry: _Entry, corpus: Corpus) -> bool:
    stored = storage.stored_at(corpus)
    entry.index = storage.load(corpus) if stored else None
    entry.stored = stored if entry.index else ""
    if entry.index is None and not _is_large(corpus):
        _built(entry, corpus)
    return entry.index is not None


def _built(entry: _Entry, corpus: Corpus) -> LabelIndex:
    entry.index, entry.stored = LabelIndex.build(corpus), ""
    return entry.index


def _is_large(corpus: Corpus) -> bool:
    utterances = Utterance.objects.filter(dialogue__corpus=corpus).values("pk")
    return utterances[SMALL : SMALL + 1].exists()
