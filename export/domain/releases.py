"""Stored releases: requested by a person, built by a worker, never changed afterwards."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import Job, User
from corpus.domain.media.stored_files import scratch, shelf
from corpus.models import Corpus, MediaFile
from export.domain.differences import end_differences
from export.domain.options import Options, checked
from export.domain.release_build import build_release
from export.domain.size_estimate import require_room
from export.domain.split_memory import splits_of_folder
from export.domain.training.trainings import end_training
from export.formats.zip_archive import pack
from export.models import Release, SharingLink

KIND = "export.release"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


def request_release(
    *, corpus: Corpus, name: str, options: Options, requested_by: User | None = None, here: bool = False
) -> Release:
    """Request a release.

    Args:
        corpus: in its state when the worker begins.
        name: unique in the corpus; lower-case letters, digits, dots, hyphens.
        options: of the release.
        requested_by: the user.
        here: the caller then executes the release's job in this process.

    Raises:
        Refused: `export.bad_name`, `export.name_taken`, `export.no_codebook`, `export.no_raters`,
            `export.unknown_rater`, `disk.full`.
    """
    if not NAME.fullmatch(name):
        raise Refused("export.bad_name", name=name)
    if corpus.codebook is None:
        raise Refused("export.no_codebook")
    require_room(corpus, options, folder=Path(settings.WORK_DIR))
    release = Release(corpus=corpus, name=name, options=options.as_document(), created_by=requested_by)
    try:
        with transaction.atomic():
            release.job = enqueue(
                kind=KIND,
                args={"release": str(release.public_id)},
                scope=str(corpus.public_id),
                created_by=requested_by,
                here=here,
            )
            Corpus.objects.select_for_update().get(pk=corpus.pk)  # two requests at once get two numbers
            last = Release.objects.filter(corpus=corpus).aggregate(last=Max("number"))["last"]
            release.number = (last or 0) + 1
            release.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("export.name_taken", name=name) from error
    return release


def make(*, run: JobRun, release: Release) -> dict[str, Any]:
    """Build a requested release and store its zip; a release built before stays as it is.

    Args:
        run: the attempt at the release's job.
        release: of a corpus with a codebook.

    Returns:
        `rows`, the number of rows of the release.
    """
    if release.manifest is not None:
        return _result(release.manifest)
    with scratch(f"release-{release.public_id}.{run.job.attempt}") as work:
        run.progress(0, 0, "reading_labels")
        folder, manifest = build_release(
            corpus=release.corpus,
            options=checked(release.options),
            work=work,
            reading=run.note,
            writing=run.progress,
            own=release,
        )
        splits = splits_of_folder(folder)
        run.progress(0, 0, "packing")
        pack(folder, work / "release.zip", top=f"{release.corpus.slug}-{release.name}")
        with shelf(release.corpus, work) as files, run.finishing():
            file = files.put(
                work / "release.zip", kind=MediaFile.Kind.RELEASE, content_type="application/zip", suffix=".zip"
            )
            Release.objects.filter(pk=release.pk, manifest__isnull=True).update(
                file=file, manifest=manifest, assignment=splits
            )
    return _result(manifest)


@transaction.atomic
def discard_release(*, release: Release, reason: str, discarded_by: User, now: datetime) -> None:
    """Discard a release: its zip is removed, its row with name, manifest, person and reason stays.

    Its sharing links end. The stored differences to other releases and the models trained on it are deleted, since they
    contain its labels.

    Its name is never used again, so that two copies under one name always have the same content.

    Raises:
        Refused: `export.not_made`, `export.discarded_already`, `export.no_reason`.
    """
    release = Release.objects.select_for_update(of=("self",)).select_related("file").get(pk=release.pk)
    if release.discarded_at:
        raise Refused("export.discarded_already", name=release.name)
    if release.manifest is None:
        raise Refused("export.not_made", name=release.name)
    if not reason.strip():
        raise Refused("export.no_reason")
    file, release.file = release.file, None
    release.discarded_at, release.discarded_by, release.discard_reason = now, discarded_by, reason.strip()
    release.save(update_fields=["file", "discarded_at", "discarded_by", "discard_reason"])
    SharingLink.objects.filter(release=release, revoked_at=None).update(revoked_at=now)
    end_differences(release)
    end_training(release)
    if file is not None and not Release.objects.filter(file=file).exists():  # another one may have the same content
        path = file.path
        file.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


@transaction.atomic
def mark_final(*, release: Release, reason: str, marked_by: User, now: datetime) -> None:
    """Mark a release as the one to publish.

    Severe findings must be acknowledged with a reason, which is stored.

    Raises:
        Refused: `export.not_made`, `export.final_already`, `export.severe_findings`.
    """
    release = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if release.manifest is None or release.discarded_at:
        raise Refused("export.not_made", name=release.name)
    if release.final_at:
        raise Refused("export.final_already", name=release.name)
    severe = severe_findings(release)
    if severe and not reason.strip():
        raise Refused("export.severe_findings", count=severe)
    release.final_at, release.final_by, release.final_reason = now, marked_by, reason.strip()
    release.save(update_fields=["final_at", "final_by", "final_reason"])


def severe_findings(release: Release) -> int:
    """Return the number of severe findings that the manifest of a release lists."""
    defects = (release.manifest or {}).get("known_defects", {}).get("worst", [])
    return sum(each.get("severity") == "severe" for each in defects)


def delete_failed_release(*, release: Release) -> None:
    """Delete a release whose job failed, so that its name is free again: nobody has a copy of it.

    Raises:
        Refused: `export.made`; it exists or is being built.
    """
    with transaction.atomic():
        failed = Release.objects.select_for_update(of=("self",)).filter(
            pk=release.pk, manifest__isnull=True, job__state=Job.State.FAILED
        )
        if not failed.exists():
            raise Refused("export.made", name=release.name)
        failed.delete()


def suggested_name(corpus: Corpus) -> str:
    """Return the first of v1, v2, v3 ... that is not the name of a release of the corpus."""
    taken = set(Release.objects.filter(corpus=corpus).values_list("name", flat=True))
    return next(name for name in (f"v{number}" for number in itertools.count(1)) if name not in taken)


def _result(manifest: dict[str, Any]) -> dict[str, Any]:
    return {"rows": sum(split["rows"] for split in manifest["splits"].values())}
