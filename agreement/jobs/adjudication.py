"""Jobs of adjudication."""

from typing import Any

from agreement.domain.adjudication.queue import building, requests
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import Corpus


@handler(requests.KIND)
def run_build_queue(run: JobRun, *, corpus: str, whole: bool = False) -> dict[str, Any]:
    """Compute the queue of the corpus with this public id: what has changed, or all of it."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return building.build_queue(run=run, corpus=row, whole=whole)


register_upkeep(
    kind=requests.KIND, due=lambda now: [str(each.public_id) for each in requests.corpora_to_queue(now=now)]
)
