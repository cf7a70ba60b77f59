"""Reports: requested by a person, computed by a worker, then frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agreement.domain.report_figures import figures
from agreement.domain.report_pictures import pictures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.selection import changed_since
from agreement.judgements.tables import AnswerTables, read_tables
from agreement.models import Report
from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import User
from corpus.domain.known_defects import defects_document
from corpus.domain.screening import weights
from corpus.domain.selection.summary import is_documented, selection_summary
from corpus.models import Corpus, Rater

KIND = "agreement.report"


def request_report(
    *,
    corpus: Corpus,
    raters: Iterable[str] = (),
    shortcuts: bool = True,
    requested_by: User | None = None,
    here: bool = False,
) -> Report:
    """Request a report on the corpus's codebook in use.

    Args:
        corpus: the annotations' corpus.
        raters: slugs; by default the members with annotations, or everyone with annotations if no member has any.
        shortcuts: whether annotations count that one key answered all at once.
        requested_by: the user.
        here: the caller then executes the report's job in this process.

    Returns:
        The new report, or the one already being computed for the same raters.

    Raises:
        Refused: `agreement.no_codebook`, `agreement.unknown_rater`.
    """
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    slugs = [rater.slug for rater in chosen_raters(corpus, raters)]
    with transaction.atomic():
        selection: dict[str, Any] = {"raters": slugs} | ({} if shortcuts else {"shortcuts": False})
        report = Report(corpus=corpus, codebook=corpus.codebook, selection=selection, created_by=requested_by)
        chosen = hashlib.sha256("\n".join([*slugs, str(shortcuts)]).encode()).hexdigest()[:16]
        job = enqueue(
            kind=KIND,
            args={"report": str(report.public_id)},
            scope=str(corpus.public_id),
            key=f"{KIND}:{corpus.public_id}:{corpus.codebook_id}:{chosen}",
            created_by=requested_by,
            here=here,
        )
        if existing := Report.objects.filter(job=job).first():
            return existing
        report.job = job
        report.save(force_insert=True)
    return report


def compute(*, run: JobRun, report: Report) -> dict[str, Any]:
    """Compute and freeze a report's figures; a frozen report stays as it is.

    Args:
        run: the attempt at the report's job.
        report: names its raters in `selection["raters"]`.

    Returns:
        `annotations`, the number read.
    """
    run.progress(0, 0, "reading_labels")
    raters = chosen(report)
    tables = read_tables(
        codebook=report.codebook,
        raters=raters,
        shortcuts=counts_shortcuts(report),
        progress=partial(run.note, stage="reading_labels"),
    )
    run.progress(0, 0, "computing_figures")
    computed = figures(tables, weights(report.corpus)) | _about_the_sources(report.corpus)
    computed["pictures"] = pictures(tables, corpus=report.corpus, raters=raters)
    with run.finishing():
        Report.objects.filter(pk=report.pk, computed_at__isnull=True).update(
            selection=report.selection | _described(tables), figures=computed, computed_at=timezone.now()
        )
    return {"annotations": tables.annotations}


def chosen(report: Report) -> list[Rater]:
    """Return the raters of a report."""
    return list(report.corpus.raters.filter(slug__in=report.selection["raters"]).order_by("slug"))


def counts_shortcuts(report: Report) -> bool:
    """Return whether a report counts annotations that one key answered all at once."""
    return bool(report.selection.get("shortcuts", True))


def annotations_since(report: Report) -> int:
    """Return the number of annotations that are new or changed since a report was computed."""
    taken_at: datetime | None = parse_datetime(report.selection.get("taken_at", ""))
    return changed_since(chosen(report), taken_at, shortcuts=counts_shortcuts(report)) if taken_at else 0


def _about_the_sources(corpus: Corpus) -> dict[str, Any]:
    """Return the known defects of the sources and the selection of the dialogues, as they are now."""
    selected = {"selection": selection_summary(corpus)} if is_documented(corpus) else {}
    return {"known_defects": defects_document(corpus, members=False), **selected}


def _described(tables: AnswerTables) -> dict[str, Any]:
    return {
        "annotations": tables.annotations,
        "corrected": tables.corrected,
        "utterances": len(tables.dialogue),
        "dialogues": len(set(tables.dialogue.tolist())),
        "digest": tables.digest,
        "taken_at": tables.taken_at.isoformat(),
    }
