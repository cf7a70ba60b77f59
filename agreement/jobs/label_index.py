"""Jobs of the label browser."""

from typing import Any

from agreement.label_index import registry
from common.errors import Refused
from common.jobs.queue import JobRun, handler
from corpus.models import Corpus


@handler(registry.KIND)
def label_index(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Read the answers of the corpus with this public id for the label browser."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    if row.codebook is None:
        raise Refused("agreement.no_codebook")
    utterances = registry.make_index(row, progress=lambda done, total: run.note(done, total, "reading_labels"))
    run.progress(utterances, utterances, "reading_labels")
    return {"utterances": utterances}
