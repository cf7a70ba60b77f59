"""The jobs that import a source and undo an import."""

import logging
import shutil
from pathlib import Path
from typing import Any

from common.jobs.queue import JobRun, handler
from common.models import Job, User
from corpus.domain.findings import DETECT, queue_detection
from corpus.domain.imports.hidden_imports import discard_unpublished, publish_import
from corpus.domain.imports.prepared import IMPORT, IMPORT_TABLE, TABLE, codebook_for_table, import_folder
from corpus.domain.imports.published_corpora import ImportOptions, import_source, stage_media
from corpus.domain.imports.source_clips import join_clips, order_reels
from corpus.domain.imports.undo import KIND as UNDO
from corpus.domain.imports.undo import undo_import
from corpus.domain.ingest.episodes import JOIN
from corpus.domain.media.stored_files import scratch, shelves
from corpus.domain.structure.short_names import corpus_named
from corpus.importers.registry import IMPORTERS
from corpus.importers.remarks import write_report
from corpus.importers.source import Source
from corpus.importers.table.mapping import read_mapping
from corpus.importers.table.reader import read_table
from corpus.importers.table.sheet import open_table
from corpus.models import Import

LOGGED_EVERY = 10_000  # utterances

log = logging.getLogger(__name__)


@handler(IMPORT)
def import_corpus(
    run: JobRun,
    *,
    importer: str,
    folder: str,
    slug: str,
    title: str,
    managers: list[str],
    report: str,
    prepared: str = "",
    here: bool = False,
) -> dict[str, Any]:
    """Read the folder of a published corpus, import it, write the report, queue the detectors and the joining of clips.

    Args:
        run: the attempt.
        importer: a name in `IMPORTERS`.
        folder: path of the source's files.
        slug: of the corpus; created with `title` and `managers` (user names) if there is none.
        report: path of the report to write, one row per remark.
        prepared: public id of the uploaded files.
        here: whether the process that runs this job also runs the detectors.
    """
    run.progress(0, 0, "import.reading")
    source = IMPORTERS[importer].read(Path(folder))
    row = Import.objects.filter(public_id=prepared).first() if prepared else None
    name = row.name if row else Path(folder).name
    options = ImportOptions(
        importer=importer,
        name=name,
        job=run.job.public_id,
        created_by=run.job.created_by,
        prepared=row,
    )
    result = run_import(
        run, source, slug=slug, title=title, managers=managers, report=Path(report), options=options, here=here
    )
    imported = Import.objects.select_related("corpus").get(job=run.job.public_id)
    reels = order_reels(imported=imported, importer=IMPORTERS[importer], folder=Path(folder))
    return result | {"reels": len(reels)}


@handler(IMPORT_TABLE)
def import_table(
    run: JobRun,
    *,
    file: str,
    name: str,
    mapping: str,
    slug: str,
    title: str,
    managers: list[str],
    report: str,
    codebook: str = "",
    prepared: str = "",
    here: bool = False,
) -> dict[str, Any]:
    """Import a table; further arguments as of `import_corpus`.

    Args:
        run: the attempt.
        file: path of the table.
        name: of the file, for people.
        mapping: YAML.
        slug, title, managers, report, here: as of `import_corpus`.
        codebook: YAML, for a corpus without dialogues; by default the one in use.
        prepared: public id of the uploaded table.
    """
    run.progress(0, 0, "import.reading")
    row = Import.objects.filter(public_id=prepared).first() if prepared else None
    how = read_mapping(mapping)
    rules, text = codebook_for_table(corpus_named(slug), codebook)
    source = read_table(open_table(Path(file), name, sheet=how.sheet), how, rules)
    source.codebook_yaml = text
    options = ImportOptions(
        importer=TABLE,
        name=name,
        appends=True,
        job=run.job.public_id,
        created_by=run.job.created_by,
        mapping=mapping,
        prepared=row,
    )
    return run_import(
        run, source, slug=slug, title=title, managers=managers, report=Path(report), options=options, here=here
    )


@handler(JOIN)
def join_source_clips(run: JobRun, **args: Any) -> dict[str, Any]:
    """Join the clips of a source to the film of an episode."""
    return {**join_clips(run, **args)}


@handler(UNDO)
def undo(run: JobRun, *, imported: str) -> dict[str, int]:
    """Remove the rows of an import that is hidden for its undo."""
    return undo_import(run=run, imported=imported)


def run_import(
    run: JobRun,
    source: Source,
    *,
    slug: str,
    title: str,
    managers: list[str],
    report: Path,
    options: ImportOptions,
    here: bool,
) -> dict[str, Any]:
    """Import a source, write its report and queue the detectors; return the job's result.

    Arguments as of `import_corpus` and `import_source`. An earlier attempt may have been killed at any point.
    """
    if (
        detection := _detection_of(run.job)
    ) is not None:  # killed after it was published: only the report may be missing
        for _dialogue in source.read_dialogues():
            pass
        write_report(source.remarks, report)
        return summary(source) | {"report": str(report), "detection": str(detection.public_id)}
    discard_unpublished(job=run.job.public_id)
    people = list(User.objects.filter(username__in=managers))
    queued: list[Job] = []
    logged: list[int] = []

    def progress(done: int, total: int) -> None:
        if done >= len(logged) * LOGGED_EVERY:
            logged.append(done)
            log.info("%s: %d of %d utterances", slug, done, total)
        run.progress(done, total, "import.writing")

    def finish(imported: Import) -> None:
        run.own_row().update(scope=str(imported.corpus.public_id))
        queued.append(queue_detection(imported.corpus, here=here))
        write_report(source.remarks, report)

    begun = Import.objects.filter(job=run.job.public_id, state=Import.State.PUBLISHING).select_related("corpus").first()
    if begun is not None:  # killed while it was being published
        for _dialogue in source.read_dialogues():
            pass
        publish_import(imported=begun, source=source, managers=people, fence=run.finishing, on_published=finish)
        return summary(source) | {"report": str(report), "detection": str(queued[0].public_id)}
    with scratch(f"import-{run.job.public_id}.{run.job.attempt}") as work:
        media = stage_media(source, work)
        with shelves(work) as store:
            import_source(
                slug=slug,
                title=title,
                source=source,
                managers=people,
                progress=progress,
                store=store,
                media=media,
                options=options,
                fence=run.finishing,
                on_published=finish,
            )
    if options.prepared is not None:
        shutil.rmtree(import_folder(options.prepared), ignore_errors=True)
    return summary(source) | {"report": str(report), "detection": str(queued[0].public_id)}


def _detection_of(job: Job) -> Job | None:
    """Return the search for defects that was queued when the import of this job was published; None before that."""
    published = Import.objects.filter(job=job.public_id, published_at__isnull=False).select_related("corpus").first()
    if published is None:
        return None
    return Job.objects.filter(kind=DETECT, scope=str(published.corpus.public_id)).latest("created_at")


def summary(source: Source) -> dict[str, Any]:
    """Return the numbers of dialogues, utterances and speakers that were read, and of remarks by problem."""
    return {
        "dialogues": source.counts.dialogues,
        "utterances": source.counts.utterances,
        "speakers": source.counts.speakers,
        "remarks": source.remarks.counts(),
    }
