"""Background jobs of this app."""

from typing import Any

from agreement.detectors import detection
from agreement.domain import reports
from agreement.domain.moves import preview, requests, running
from agreement.models import Report
from common.jobs.queue import JobRun, handler
from corpus.models import AnswerMove

__all__ = ["detection", "report"]


@handler(reports.KIND)
def report(run: JobRun, *, report: str) -> dict[str, Any]:
    """Compute the report with this public id."""
    row = Report.objects.select_related("corpus", "codebook").get(public_id=report)
    return reports.compute(run=run, report=row)


@handler(requests.PREVIEW)
def preview_move(run: JobRun, *, move: str, at: str) -> dict[str, Any]:  # noqa: ARG001 -- `at` tells drafts apart
    """Compute the preview of a draft; one that was replaced or started since has nothing to preview."""
    row = AnswerMove.objects.select_related("corpus", "old", "new").filter(public_id=move).first()
    return preview.preview(run=run, move=row) if row and row.state == AnswerMove.State.DRAFT else {}


@handler(requests.KIND)
def move_answers(run: JobRun, *, move: str) -> dict[str, Any]:
    """Move the answers of a corpus to another codebook version, or back."""
    row = AnswerMove.objects.select_related("corpus", "old", "new").get(public_id=move)
    return running.run_move(run=run, move=row)
