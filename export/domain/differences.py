"""Stored differences of two releases: computed once by a worker, and read page by page."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Q, QuerySet

from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import Job, User
from corpus.domain.media.stored_files import scratch, shelf
from corpus.models import Corpus, MediaFile
from export.domain.release_build import unpack_rows
from export.domain.release_difference import Change, Side, difference
from export.models import Release, ReleaseDifference

KIND = "export.difference"
COLUMNS = ("kind", "dialogue", "order", "id", "question", "from", "to", "why")


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of changes; an empty text stands for all.

    Attributes:
        kind: of `release_difference.KINDS`.
        question: slug.
        why: of `release_difference.REASONS`.
    """

    kind: str = ""
    question: str = ""
    why: str = ""

    def fits(self, row: dict[str, str]) -> bool:
        """Return whether a row of the file is among them."""
        chosen = (("kind", self.kind), ("question", self.question), ("why", self.why))
        return all(not wanted or row[name] == wanted for name, wanted in chosen)


def request_difference(*, old: Release, new: Release, requested_by: User | None) -> ReleaseDifference:
    """Return the stored difference of two releases; it is requested if there is none, or if its job failed.

    Raises:
        Refused: `export.same_release`, `export.not_made`.
    """
    if old.pk == new.pk:
        raise Refused("export.same_release")
    for release in (old, new):
        if release.file_id is None:
            raise Refused("export.no_files", name=release.name)
    with transaction.atomic():
        # the lock keeps a discard from leaving a difference of its content behind
        list(Release.objects.select_for_update(of=("self",)).filter(pk__in=[old.pk, new.pk]).order_by("pk"))
        failed = Q(summary__isnull=True) & (Q(job=None) | Q(job__state=Job.State.FAILED))
        ReleaseDifference.objects.filter(failed, old=old, new=new).delete()
        known = ReleaseDifference.objects.filter(old=old, new=new).first()
        if known:
            return known
        row = ReleaseDifference(old=old, new=new)
        row.job = enqueue(
            kind=KIND,
            args={"difference": str(row.public_id)},
            scope=str(new.corpus.public_id),
            created_by=requested_by,
        )
        row.save(force_insert=True)
    return row


def make_difference(*, run: JobRun, row: ReleaseDifference) -> dict[str, Any]:
    """Compute a requested difference and store its changes as compressed CSV.

    Returns:
        `changes`, the number of changed labels.

    Raises:
        Refused: `export.no_files`, `export.unknown_release`, `disk.full`, `export.disk_full`.
    """
    if row.summary is not None:
        return {"changes": row.summary["labels"]["changed"]}
    with scratch(f"difference-{row.public_id}.{run.job.attempt}") as work:
        sides = []
        for place, release in enumerate((row.old, row.new)):
            if release.file is None:
                raise Refused("export.no_files", name=release.name)
            run.progress(place, 3, "reading_releases")
            sides.append(Side.of(unpack_rows(release.file.path, work / str(place))))
        run.progress(2, 3, "comparing")
        with _writer(work / "changes.csv.gz") as note:
            summary = difference(sides[0], sides[1], note=note)
        with shelf(row.new.corpus, work) as files, run.finishing():
            file = files.put(
                work / "changes.csv.gz", kind=MediaFile.Kind.RELEASE, content_type="application/gzip", suffix=".gz"
            )
            kept = ReleaseDifference.objects.filter(pk=row.pk, summary__isnull=True)
            shown = {**summary, "labels": {**summary["labels"], "listed": []}}
            if not kept.update(summary=shown, file=file):
                raise Refused("export.no_files", name=row.new.name)  # one of them was discarded meanwhile
    return {"changes": summary["labels"]["changed"]}


def end_differences(release: Release) -> None:
    """Delete the differences of a release that is being discarded: they contain its labels. Inside a transaction."""
    rows = ReleaseDifference.objects.filter(Q(old=release) | Q(new=release))
    files = list(MediaFile.objects.filter(pk__in=rows.values("file")))
    rows.delete()
    for file in files:
        if not ReleaseDifference.objects.filter(file=file).exists():  # another one may have the same changes
            path = file.path
            file.delete()
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def differences_of(corpus: Corpus) -> QuerySet[ReleaseDifference]:
    """Return the stored differences of a corpus, the newest first, without their lists of dialogues."""
    return ReleaseDifference.objects.filter(new__corpus=corpus).select_related("old", "new", "job").defer("summary")


def comparable_releases(corpus: Corpus) -> QuerySet[Release]:
    """Return the releases that have their files, the newest first."""
    return corpus.releases.filter(file__isnull=False).only("public_id", "name", "number", "created_at")


def changes_of(
    row: ReleaseDifference, chosen: Filter, *, start: int = 0, count: int | None = None
) -> list[dict[str, str]]:
    """Return changes of a stored difference as rows with `COLUMNS`.

    Args:
        row: computed.
        chosen: the changes to return.
        start: number of fitting changes to skip.
        count: the most to return; all, if it is None.
    """
    with opened_changes(row) as text:
        fitting = (each for each in csv.DictReader(text) if chosen.fits(each))
        return list(islice(fitting, start, None if count is None else start + count))


def number_of_changes(summary: dict[str, Any], chosen: Filter) -> int:
    """Return how many changes fit, from the counts in a summary."""
    total = 0
    if not chosen.question and not chosen.why:
        counts = summary["dialogues"]["counts"]
        total += sum(count for kind, count in counts.items() if chosen.kind in ("", kind))
    if chosen.kind in ("", "label"):
        total += sum(
            count
            for question, reasons in summary["labels"]["by_both"].items()
            for why, count in reasons.items()
            if chosen.question in ("", question) and chosen.why in ("", why)
        )
    return total


@contextmanager
def opened_changes(row: ReleaseDifference) -> Iterator[io.TextIOWrapper]:
    """Provide the changes of a stored difference as CSV.

    Raises:
        Refused: `export.no_files`, the file is missing.
    """
    if row.file is None or not row.file.path.is_file():
        raise Refused("export.no_files", name=f"{row.old.name} – {row.new.name}")
    with gzip.open(row.file.path, "rt", encoding="utf-8", newline="") as text:
        yield text


@contextmanager
def _writer(path: Path) -> Iterator[Any]:
    """Provide a function that adds a change to a file of compressed CSV, whose bytes depend on the changes alone."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0, compresslevel=6) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)

        def note(change: Change) -> None:
            labels = _cell(change.before), _cell(change.after)
            order = change.order or ""
            writer.writerow((change.kind, change.dialogue, order, change.id, change.question, *labels, change.why))

        yield note


def _cell(label: Any) -> str:
    """Return a label as text: nothing for a missing one, JSON for several choices."""
    if label is None:
        return ""
    return label if isinstance(label, str) else msgspec.json.encode(label).decode()
