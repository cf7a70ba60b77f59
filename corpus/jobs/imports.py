"""The job that imports a published corpus."""

import logging
from pathlib import Path
from typing import Any

from common.jobs.queue import JobRun, handler
from common.models import Job, User
from corpus.domain.findings import DETECT, queue_detection
from corpus.domain.imports.published_corpora import import_source, stage_media
from corpus.domain.media.stored_files import scratch, shelves
from corpus.importers.registry import IMPORTERS
from corpus.importers.remarks import remark_counts, write_report
from corpus.importers.source import Source

log = logging.getLogger(__name__)


@handler("corpus.import")
def import_corpus(
    run: JobRun,
    *,
    importer: str,
    folder: str,
    slug: str,
    title: str,
    managers: list[str],
    report: str,
    here: bool = False,
) -> dict[str, Any]:
    """Read the folder of a published corpus, import it, write the report and queue the detectors.

    Args:
        run: the attempt.
        importer: a name in `IMPORTERS`.
        folder: path of the source's files.
        slug: of the corpus; created with `title` and `managers` (user names) if there is none.
        report: path of the report to write, one row per remark.
        here: whether the process that runs this job also runs the detectors.
    """
    run.progress(0, 0, "import.reading")
    source = IMPORTERS[importer].read(Path(folder))

    def progress(done: int, total: int) -> None:
        log.info("%s: %d of %d utterances", slug, done, total)
        run.progress(done, total, "import.writing")

    with scratch(f"import-{run.job.public_id}.{run.job.attempt}") as work:
        media = stage_media(source, work)
        with shelves(work) as store, run.finishing():
            if not run.job.scope:
                people = list(User.objects.filter(username__in=managers))
                corpus = import_source(
                    slug=slug, title=title, source=source, managers=people, progress=progress, store=store, media=media
                )
                run.own_row().update(scope=str(corpus.public_id))
                detection = queue_detection(corpus, here=here)
            else:  # an earlier attempt was killed after its commit: only the report may be missing
                for _dialogue in source.read_dialogues():
                    pass
                detection = Job.objects.filter(kind=DETECT, scope=run.job.scope).latest("created_at")
            write_report(source.remarks, Path(report))
    return summary(source) | {"report": report, "detection": str(detection.public_id)}


def summary(source: Source) -> dict[str, Any]:
    """Return the numbers of dialogues, utterances and speakers that were read, and of remarks by problem."""
    return {
        "dialogues": source.counts.dialogues,
        "utterances": source.counts.utterances,
        "speakers": source.counts.speakers,
        "remarks": remark_counts(source.remarks),
    }
