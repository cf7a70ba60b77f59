"""Reports: asked for by a person, computed by a worker, frozen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from agreement.domain.figures import figures
from agreement.judgements.selection import Selection, changed_since, chosen_raters, read
from agreement.models import Report
from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from common.models import User
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
    """Have a report on the corpus's codebook in use computed.

    Args:
        corpus: whose labels are compared.
        raters: slugs; the members with labels unless given (or whoever has labels, where no member has).
        shortcuts: whether labels count that one key gave all at once.
        requested_by: who asked.
        here: the caller goes on to execute the report's job in this process.

    Returns:
        The new report, or the one that is being computed for the same raters.

    Raises:
        Refused: `agreement.no_codebook`, `agreement.unknown_rater`.
    """
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    slugs = [rater.slug for rater in chosen_raters(corpus, raters)]
    with transaction.atomic():
        asked: dict[str, Any] = {"raters": slugs} | ({} if shortcuts else {"shortcuts": False})
        report = Report(corpus=corpus, codebook=corpus.codebook, selection=asked, created_by=requested_by)
        chosen = hashlib.sha256("\n".join([*slugs, str(shortcuts)]).encode()).hexdigest()[:16]
        job = enqueue(
            kind=KIND,
            args={"report": str(report.public_id)},
            scope=str(corpus.public_id),
            key=f"{KIND}:{corpus.public_id}:{corpus.codebook_id}:{chosen}",
            created_by=requested_by,
            here=here,
        )
        if held := Report.objects.filter(job=job).first():
            return held
        report.job = job
        report.save(force_insert=True)
    return report


def compute(*, run: JobRun, report: Report) -> dict[str, Any]:
    """Compute a report's figures and freeze them; what is frozen already stays as it is.

    Args:
        run: the attempt at the report's job.
        report: asks for raters in `selection["raters"]`.

    Returns:
        `annotations`, how many were read.
    """
    run.progress(0, 0, "reading_labels")
    told = partial(run.note, stage="reading_labels")
    selection = read(codebook=report.codebook, raters=chosen(report), shortcuts=counts_shortcuts(report), tell=told)
    run.progress(0, 0, "computing_figures")
    found = figures(selection)
    with run.finishing():
        Report.objects.filter(pk=report.pk, computed_at__isnull=True).update(
            selection=report.selection | _described(selection), figures=found, computed_at=timezone.now()
        )
    return {"annotations": selection.annotations}


def chosen(report: Report) -> list[Rater]:
    """Return the raters that a report was asked about."""
    return list(report.corpus.raters.filter(slug__in=report.selection["raters"]).order_by("slug"))


def counts_shortcuts(report: Report) -> bool:
    """Tell whether labels count in a report that one key gave all at once."""
    return bool(report.selection.get("shortcuts", True))


def labels_since(report: Report) -> int:
    """Count the annotations that a report computed now would count and this one does not, or not as they are."""
    taken_at: datetime | None = parse_datetime(report.selection.get("taken_at", ""))
    return changed_since(chosen(report), taken_at, shortcuts=counts_shortcuts(report)) if taken_at else 0


def _described(selection: Selection) -> dict[str, Any]:
    return {
        "annotations": selection.annotations,
        "utterances": len(selection.dialogue),
        "dialogues": len(set(selection.dialogue.tolist())),
        "digest": selection.digest,
        "taken_at": selection.taken_at.isoformat(),
    }
