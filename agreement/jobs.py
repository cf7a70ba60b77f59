"""Background jobs of this app."""

from typing import Any

from agreement.detectors import detection
from agreement.domain import reports
from agreement.domain.adjudication.queue import building, requests
from agreement.models import Report
from common.jobs.queue import JobRun, handler
from common.jobs.upkeep import register_upkeep
from corpus.models import Corpus

__all__ = ["detection", "report"]


@handler(reports.KIND)
def report(run: JobRun, *, report: str) -> dict[str, Any]:
    """Compute the report with this public id."""
    row = Report.objects.select_related("corpus", "codebook").get(public_id=report)
    return reports.compute(run=run, report=row)


@handler(requests.KIND)
def run_build_queue(run: JobRun, *, corpus: str, whole: bool = False) -> dict[str, Any]:
    """Compute the queue of the corpus with this public id: what has changed, or all of it."""
    row = Corpus.objects.select_related("codebook").get(public_id=corpus)
    return building.build_queue(run=run, corpus=row, whole=whole)


register_upkeep(
    kind=requests.KIND, due=lambda now: [str(each.public_id) for each in requests.corpora_to_queue(now=now)]
)
