"""The job that brings live figures up to date."""

from typing import Any

from agreement.domain import live_figures
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import Corpus


@handler(live_figures.KIND)
def refresh(run: JobRun, *, corpus: str) -> dict[str, Any]:
    """Compute the live figures of the corpus with this public id."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return live_figures.refresh(run=run, corpus=row)


register_upkeep(
    kind=live_figures.KIND,
    due=lambda now: [str(each.public_id) for each in live_figures.corpora_with_newer_answers(now=now)],
    at_once=lambda now: [str(each.public_id) for each in live_figures.corpora_just_handed_in(now=now)],
)
