"""Jobs of adjudication."""

from typing import Any

from agreement.domain.adjudication import acceptances
from agreement.domain.adjudication.queue import building, requests
from agreement.models import ConsensusAcceptance
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import Corpus


@handler(requests.KIND)
def run_build_queue(run: JobRun, *, corpus: str, whole: bool = False) -> dict[str, Any]:
    """Compute the queue of the corpus with this public id: what has changed, or all of it."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return building.build_queue(run=run, corpus=row, whole=whole)


@handler(acceptances.ACCEPT)
def run_accept(run: JobRun, *, acceptance: str) -> dict[str, Any]:
    """Accept the utterances of the acceptance with this public id."""
    row = ConsensusAcceptance.objects.select_related("corpus").get(public_id=acceptance)
    return acceptances.accept(run=run, acceptance=row)


@handler(acceptances.UNDO)
def run_undo_acceptance(run: JobRun, *, acceptance: str) -> dict[str, Any]:
    """Take back the acceptance with this public id."""
    row = ConsensusAcceptance.objects.select_related("corpus").get(public_id=acceptance)
    return acceptances.undo(run=run, acceptance=row)


register_upkeep(
    kind=requests.KIND, due=lambda now: [str(each.public_id) for each in requests.corpora_to_queue(now=now)]
)
