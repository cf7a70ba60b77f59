"""The job that brings a published corpus in, and the importers it knows."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.jobs.queue import JobRun, handler
from common.models import User
from corpus.domain.ingest.published_corpora import import_source
from corpus.importers.cmma import reader
from corpus.importers.source import Source, write_report

log = logging.getLogger(__name__)

IMPORTERS: dict[str, Callable[[Path], Source]] = {"cmma": reader.read}


@handler("corpus.import")
def import_corpus(
    run: JobRun, *, importer: str, folder: str, slug: str, title: str, managers: list[str], report: str
) -> dict[str, Any]:
    """Read a published corpus's folder, write its report, bring it in.

    Args:
        run: the attempt.
        importer: one of `IMPORTERS`.
        folder: where its files are.
        slug: of the corpus; made, with `title` and `managers` (user names), where there is none.
        report: path of the report to write, row by row.
    """
    run.progress(0, 0, "import.reading")
    source = IMPORTERS[importer](Path(folder))

    def tell(done: int, total: int) -> None:
        log.info("%s: %d of %d utterances", slug, done, total)
        run.progress(done, total, "import.writing")

    with run.finishing():
        if not run.job.scope:  # else an earlier attempt was killed after it had brought everything in
            people = list(User.objects.filter(username__in=managers))
            corpus = import_source(slug=slug, title=title, source=source, managers=people, tell=tell)
            run.own_row().update(scope=str(corpus.public_id))
        write_report(source.findings, Path(report))
    return summary(source) | {"report": report}


def summary(source: Source) -> dict[str, Any]:
    """Return what was read, in numbers."""
    return {
        "dialogues": len(source.dialogues),
        "utterances": source.utterance_count(),
        "speakers": len(source.speakers),
        "findings": source.finding_counts(),
    }
