"""Jobs of this app."""

from typing import Any

from annotator.domain.batches.batch_filling import KIND, fill_batch
from annotator.models import Batch
from common.jobs.queue import JobRun, handler


@handler(KIND)
def run_fill_batch(run: JobRun, *, batch: str, **scope: int | None) -> dict[str, Any]:
    """Create the slots of a batch.

    Args:
        run: the attempt.
        batch: its public id.
        **scope: origin and number of its dialogues, see `fill_batch`.
    """
    return fill_batch(run=run, batch=Batch.objects.select_related("corpus__codebook").get(public_id=batch), **scope)
