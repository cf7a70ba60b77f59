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

from agreement.domain.link_figures import link_figures
from agreement.domain.report_figures import figures, with_more_dialogues
from agreement.domain.report_pictures import pictures
from agreement.domain.slices import slices
from agreement.domain.with_everyone import alpha_with_everyone, excluded_raters
from agreement.judgements.circumstances import read_circumstances
from agreement.judgements.raters import chosen_raters
from agreement.judgements.selection import changed_since
from agreement.judgements.tables import AnswerTables, read_tables
from agreement.models import Report
from common.database.snapshot import snapshot
from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import User
from corpus.domain.known_defects import defects_document
from corpus.domain.screening import weights
from corpus.domain.selection.summary import is_documented, selection_summary
from corpus.models import Corpus, Rater

KIND = "agreement.report"
REASON_LENGTH = 500  # characters


def request_report(
    *,
    corpus: Corpus,
    raters: Iterable[str] = (),
    shortcuts: bool = True,
    reason: str = "",
    requested_by: User | None = None,
    here: bool = False,
) -> Report:
    """Request a report on the corpus's codebook in use.

    Args:
        corpus: the annotations' corpus.
        raters: slugs; by default the members with annotations, or everyone with annotations if no member has any.
        shortcuts: whether annotations count that one key answered all at once.
        reason: why raters are excluded that count by default; kept with the report.
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
    excluded = excluded_raters(corpus, slugs)
    with transaction.atomic():
        selection: dict[str, Any] = {"raters": slugs} | ({} if shortcuts else {"shortcuts": False})
        if excluded:
            selection |= {"excluded": excluded, "reason": reason.strip()[:REASON_LENGTH]}
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
    raters, rules = chosen(report), report.codebook.rules()
    with snapshot():
        tables = read_tables(
            codebook=report.codebook,
            raters=raters,
            shortcuts=counts_shortcuts(report),
            progress=partial(run.note, stage="reading_labels"),
        )
        circumstances = read_circumstances(tables, raters)
        run.note(0, 0, stage="computing_figures")
        everyone = alpha_with_everyone(report.codebook, report.selection)
        computed = with_more_dialogues(figures(tables, weights(report.corpus))) | _about_the_sources(report.corpus)
        links = {"links": link_figures(tables, rules, circumstances.shortcut)} if rules.links else {}
        by_slices = slices(tables, circumstances, report.corpus)
        computed["pictures"] = pictures(tables, corpus=report.corpus, raters=raters)
    with run.finishing():
        Report.objects.filter(pk=report.pk, computed_at__isnull=True).update(
            selection=report.selection | _described(tables),
            figures=computed | links | everyone | {"slicings": list(by_slices)},
            slices=by_slices,
            computed_at=timezone.now(),
        )
    return {"annotations": tables.annotations}


def chosen(report: Report) -> list[Rater]:
    """Return the raters of a report."""
    return list(report.corpus.raters.filter(slug__in=report.selection["raters"]).order_by("slug"))


def counts_shortcuts(report: Report) -> bool:
    """Return whether a report counts annotations that one key answered all at once."""
    return bool(report.selection.get("shortcuts", True))


def slicing(report: Report, name: str) -> dict[str, Any]:
    """Return one slicing of a report, one of `figures["slicings"]`, without reading the others."""
    return dict(Report.objects.values_list(f"slices__{name}", flat=True).get(pk=report.pk))


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
