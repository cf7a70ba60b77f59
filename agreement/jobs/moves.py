"""Jobs of moves of answers to another codebook version."""

from typing import Any

from agreement.domain.moves import preview, requests, running
from common.jobs.queue import JobRun, handler
from corpus.models import AnswerMove


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
