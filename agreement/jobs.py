"""Background jobs of this app."""

from typing import Any

from agreement.detectors import detection
from agreement.domain import reports
from agreement.domain.adjudication.queue import building
from agreement.domain.adjudication.queue import requests as queue_requests
from agreement.domain.moves import preview, running
from agreement.domain.moves import requests as move_requests
from agreement.models import Report
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import AnswerMove, Corpus

__all__ = ["detection", "report"]


@handler(reports.KIND)
def report(run: JobRun, *, report: str) -> dict[str, Any]:
    """Compute the report with this public id."""
    row = Report.objects.select_related("corpus", "codebook").get(public_id=report)
    return reports.compute(run=run, report=row)


@handler(queue_requests.KIND)
def run_build_queue(run: JobRun, *, corpus: str, whole: bool = False) -> dict[str, Any]:
    """Compute the queue of the corpus with this public id: what has changed, or all of it."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return building.build_queue(run=run, corpus=row, whole=whole)


register_upkeep(
    kind=queue_requests.KIND, due=lambda now: [str(each.public_id) for each in queue_requests.corpora_to_queue(now=now)]
)


@handler(move_requests.PREVIEW)
def preview_move(run: JobRun, *, move: str, at: str) -> dict[str, Any]:  # noqa: ARG001 -- `at` tells drafts apart
    """Compute the preview of a draft; one that was replaced or started since has nothing to preview."""
    row = AnswerMove.objects.select_related("corpus", "old", "new").filter(public_id=move).first()
    return preview.preview(run=run, move=row) if row and row.state == AnswerMove.State.DRAFT else {}


@handler(move_requests.KIND)
def move_answers(run: JobRun, *, move: str) -> dict[str, Any]:
    """Move the answers of a corpus to another codebook version, or back."""
    row = AnswerMove.objects.select_related("corpus", "old", "new").get(public_id=move)
    return running.run_move(run=run, move=row)
