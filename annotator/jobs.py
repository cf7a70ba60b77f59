"""What workers do for this app."""

from typing import Any

from annotator.domain.batches.batch_filling import KIND, make
from annotator.models import Batch
from common.jobs.queue import JobRun, handler


@handler(KIND)
def make_batch(run: JobRun, *, batch: str, **place: int | None) -> dict[str, Any]:
    """Make the slots of a batch.

    Args:
        run: the attempt.
        batch: its public id.
        **place: where its dialogues come from, see `make`.
    """
    return make(run=run, batch=Batch.objects.select_related("corpus__codebook").get(public_id=batch), **place)
