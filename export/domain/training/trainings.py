"""Stored trainings: requested by a manager, run by a worker of their own queue, one report per release."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.queue import JobRun, enqueue
from common.models import Job, User
from corpus.domain.media.stored_files import scratch, shelf
from corpus.models import MediaFile
from export.domain.training import process
from export.formats.zip_archive import pack
from export.metadata.training_summary import training_summary
from export.models import Release, Training

KIND = "export.training"
# from the simplest to the one that learns most; a test compares them with the models of the baseline
MODELS = (
    "majority",
    "speaker-only",
    "series-only",
    "linear",
    "linear+context",
    "single",
    "hard-sharing",
    "cross-stitch",
    "soft-sharing",
)
ALWAYS = ("majority", "linear")
MOST_SEEDS = 10
LEFT_OUT = {"features", "log.txt"}  # of the stored zip: features are computed again in less time than they take to load


class _Discarded(Exception):  # noqa: N818 -- the release was discarded while its models were trained
    pass


def request_training(
    *, release: Release, models: Sequence[str], seeds: int, requested_by: User | None, here: bool = False
) -> Training:
    """Request that models are trained on a release; models trained before stay in its report.

    Args:
        release: one that has its files.
        models: of `MODELS`; those of `ALWAYS` run in any case.
        seeds: number of seeds, 1 to `MOST_SEEDS`.
        requested_by: the user.
        here: the caller then executes the job in this process.

    Raises:
        Refused: `export.no_files`, `training.not_installed`, `training.unknown_model`, `training.bad_seeds`,
            `training.unfinished`.
    """
    if unknown := sorted(set(models) - set(MODELS)):
        raise Refused("training.unknown_model", model=unknown[0], known=", ".join(MODELS))
    if not 1 <= seeds <= MOST_SEEDS:
        raise Refused("training.bad_seeds", most=MOST_SEEDS)
    if not process.is_installed():
        raise Refused("training.not_installed")
    with transaction.atomic():
        # the lock keeps a discard from leaving a training of its content behind
        locked = Release.objects.select_for_update(of=("self",)).select_related("corpus").get(pk=release.pk)
        if locked.file_id is None:
            raise Refused("export.no_files", name=release.name)
        training = Training.objects.select_related("job").filter(release=locked).first() or Training(release=locked)
        if training.job and training.job.state in (Job.State.QUEUED, Job.State.RUNNING):
            raise Refused("training.unfinished")
        training.options = {"models": [name for name in MODELS if name in {*models, *ALWAYS}], "seeds": seeds}
        training.job = enqueue(
            kind=KIND,
            args={"training": str(training.public_id)},
            scope=str(locked.corpus.public_id),
            created_by=requested_by,
            here=here,
        )
        training.save()
    return training


def make_training(*, run: JobRun, training: Training) -> dict[str, Any]:
    """Train the requested models, and store their report and predictions in place of the earlier ones.

    A killed attempt is continued: the runs stay in the work folder until the job has ended.

    Returns:
        `models`, the number of models in the report.

    Raises:
        Refused: `export.no_files`, `training.failed`, `disk.full`.
    """
    release = training.release
    if release.file is None or not release.file.path.is_file():
        raise Refused("export.no_files", name=release.name)
    folder = settings.WORK_DIR / f"training-{training.public_id}.runs"
    if not folder.exists():
        _unpack(training.file.path if training.file else None, folder)
    run.progress(0, 0, "training_models")
    options = training.options

    def progress(done: int, of: int) -> None:
        if not Training.objects.filter(pk=training.pk).exists():
            raise _Discarded
        run.progress(done, of, "training_models")

    models = [name for name in options["models"] if name not in ALWAYS]
    try:
        process.train(release.file.path, folder, models=models, seeds=options["seeds"], progress=progress)
    except _Discarded:
        shutil.rmtree(folder, ignore_errors=True)
        return {}
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    pictures = sorted(path.name for path in (folder / "pictures").glob("*.svg"))
    with scratch(f"packing-{training.public_id}.{run.job.attempt}") as work:
        run.progress(0, 0, "packing")
        top = f"{release.corpus.slug}-{release.name}-baseline"
        for name in LEFT_OUT:
            _remove(folder / name)
        pack(folder, work / "training.zip", top=top)
        with shelf(release.corpus, work) as files, run.finishing():
            row = Training.objects.select_for_update(of=("self",)).select_related("file").filter(pk=training.pk).first()
            if row is not None:
                earlier = row.file
                row.file = files.put(
                    work / "training.zip", kind=MediaFile.Kind.RELEASE, content_type="application/zip", suffix=".zip"
                )
                row.summary = training_summary(report, pictures)
                row.save(update_fields=["file", "summary"])
                if earlier is not None and earlier != row.file:
                    _delete(earlier)
    shutil.rmtree(folder, ignore_errors=True)
    return {"models": len(report["models"])}


def end_training(release: Release) -> None:
    """Delete the training of a release that is being discarded: its predictions show the labels. In a transaction."""
    training = Training.objects.select_related("file", "job").filter(release=release).first()
    if training is None:
        return
    training.delete()
    if training.file is not None:
        _delete(training.file)


def picture(training: Training, name: str) -> bytes | None:
    """Return a picture of the report as SVG; None if there is none of this name."""
    if training.summary is None or name not in training.summary["pictures"] or training.file is None:
        return None
    try:
        with zipfile.ZipFile(training.file.path) as archive:
            entries = {PurePosixPath(entry).name: entry for entry in archive.namelist() if "/pictures/" in entry}
            return archive.read(entries[name])
    except (OSError, KeyError, zipfile.BadZipFile):
        return None


def _unpack(archive: Path | None, folder: Path) -> None:
    """Unpack the runs of an earlier training into a new folder, so that they are not repeated.

    The folder appears when it is complete: half of a run, left by a kill, would fail every later report.
    """
    part = folder.with_name(f"{folder.name}-part")
    _remove(part)
    part.mkdir(parents=True)
    if archive is not None and archive.is_file():  # the runs of a missing zip are repeated
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if "/runs/" in entry.filename]
            require_space(sum(entry.file_size for entry in entries), folder=part)
            for entry in entries:
                target = part.joinpath(*PurePosixPath(entry.filename).parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(entry) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    part.replace(folder)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _delete(file: MediaFile) -> None:
    path = file.path
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
